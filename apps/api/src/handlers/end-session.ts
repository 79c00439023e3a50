import { formatSessionCookie } from '../doors/credential.js';
import type { Handler } from '../http/route.js';

/** Logs a browser out: its session ends here, not only in the browser. */
export const endSession: Handler<'endSession'> = async (api, { response, visit }) => {
  const credential = visit.caller?.credential;
  if (credential?.kind === 'session') await api.platform.sessions.end(credential.secret);
  api.access.forget();
  response.append('Set-Cookie', formatSessionCookie(null, visit));
  return { status: 204 };
};
