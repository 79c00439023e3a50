import { formatSessionCookie, readCredential } from '../doors/credential.js';
import { assertSameOrigin } from '../doors/same-origin.js';
import type { Handler } from '../http/route.js';
import { presentSession } from '../services/present-session.js';

/** Logs a browser in. It gets a new cookie at every login, and the session it had before ends: nobody can have chosen it. */
export const createSession: Handler<'createSession'> = async (api, { body, request, response, visit }) => {
  assertSameOrigin(request.headers, visit, { mustSay: false });
  const caller = await api.access.identify({ kind: 'token', secret: body.token }, visit.address);
  visit.caller = caller;
  const former = readCredential({ cookie: request.headers.cookie }, visit);
  if (former) await api.platform.sessions.end(former.secret);
  if (caller.actor.tokenId !== null) response.append('Set-Cookie', formatSessionCookie(await api.platform.sessions.create(caller.actor.tokenId), visit));
  return { status: 200, body: await presentSession(api, caller) };
};
