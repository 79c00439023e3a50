import { AppError, type SessionAnswer } from '@eyegazer/core';
import type { Api } from '../api.js';
import type { Caller } from '../doors/access.js';

/** Who a caller is; `open` while the server asks nobody for a token. */
export async function presentSession(api: Pick<Api, 'access'>, caller: Caller | null): Promise<SessionAnswer> {
  if (!caller) throw new AppError('UNAUTHORIZED');
  return { open: await api.access.isOpen(), actor: caller.actor };
}
