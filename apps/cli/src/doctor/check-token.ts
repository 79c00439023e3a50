import type { SessionAnswer } from '@eyegazer/core';
import { AppError } from '@eyegazer/core';
import type { Connection } from '../context.js';
import { cleanText } from '../output/clean-text.js';
import { isLoopbackUrl } from '../config/parse-server-url.js';
import { fail, ok, warn, type CheckResult } from './check-result.js';

const name = 'token';

/** Who the server takes us for. */
export async function checkToken({ api, server }: Connection): Promise<CheckResult> {
  let session: SessionAnswer;
  try {
    session = await api.getSession();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'UNAUTHORIZED') throw error;
    return server.token === null
      ? fail(name, 'the server asks for one, and there is none', 'eyegazer login, or set EYEGAZER_TOKEN')
      : fail(name, 'the server does not take it: it is wrong, expired or revoked', 'ask an admin for a new one (eyegazer tokens create), then eyegazer login');
  }
  const { open, actor } = session;
  if (open && server.token === null) return ok(name, 'the server asks this machine for none');
  if (actor.role === 'worker') return fail(name, `${cleanText(actor.name)} is a worker's: it may not look at experiments`, 'log in with a token of role viewer, member or admin');
  if (server.url.startsWith('http:') && !isLoopbackUrl(server.url)) return warn(name, `${cleanText(actor.name)} (${actor.role}), sent in the clear`, 'reach the server by https');
  return ok(name, `${cleanText(actor.name)} (${actor.role})`);
}
