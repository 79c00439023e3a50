import type { Handler } from '../http/route.js';

/** Ends a token, its sessions and, within seconds, its sockets and workers. */
export const revokeToken: Handler<'revokeToken'> = async (api, { params }) => {
  await api.platform.tokens.revoke(params.id);
  api.access.forget();
  return { status: 204 };
};
