import type { Handler } from '../http/route.js';

/** Makes a token and shows it, this once. The first one for people closes an open door, behind the caller too. */
export const createToken: Handler<'createToken'> = async (api, { body }) => {
  const wasOpen = await api.access.isOpen();
  const { secret, token } = await api.platform.tokens.create(body);
  api.access.forget();
  return { status: 201, body: { secret, token, closesDoor: wasOpen && token.role !== 'worker' } };
};
