import { AppError } from '@eyegazer/core';
import type { Connection } from '../context.js';
import { describeError } from '../describe-error.js';
import { fail, ok, warn, type CheckResult } from './check-result.js';

const warnSkewSeconds = 30;
/** Beyond it S3 refuses signatures, and nothing can be downloaded. */
const failSkewSeconds = 600;

/** Whether the server answers, and whether its clock and ours agree. The first result is `fail` when nothing else can be asked. */
export async function checkServer({ server, fetch }: Connection): Promise<CheckResult[]> {
  const startedAt = Date.now();
  try {
    const response = await fetch(`${server.url}/api/health`, { signal: AbortSignal.timeout(10_000) });
    const body = await response.text();
    const endedAt = Date.now();
    if (!response.ok || !body.includes('"status"')) return [fail('server', `${server.url} answers, but not as Eyegazer does (${response.status})`, 'check the address, and the proxy in front of the server')];
    return [ok('server', `${server.url} answers within ${endedAt - startedAt} ms`), checkClock(response.headers.get('date'), (startedAt + endedAt) / 2)];
  } catch (error) {
    const [message = ''] = describeError(error instanceof AppError ? error : new AppError('UNAVAILABLE', `${server.url} gave no answer within 10 s.`));
    return [fail('server', message, 'start the server, or give the right address with --url or `eyegazer login`')];
  }
}

/** @param date header of an answer, to the second @param nowMs our own time when it was written */
export function checkClock(date: string | null, nowMs: number): CheckResult {
  const serverMs = Date.parse(date ?? '');
  if (Number.isNaN(serverMs)) return warn('clock', 'the server does not say what time it has', 'look at the proxy in front of it: it takes away the Date header');
  // The header is cut to the second.
  const seconds = Math.round(Math.abs(serverMs + 500 - nowMs) / 1000);
  if (seconds < warnSkewSeconds) return ok('clock', `agrees with the server's to ${Math.max(1, seconds)} s`);
  const message = `differs from the server's by ${seconds} s: this machine has ${new Date(nowMs).toISOString()}, the server ${new Date(serverMs).toISOString()}`;
  return (seconds < failSkewSeconds ? warn : fail)('clock', message, 'turn on time synchronisation (NTP) on the machine that is wrong; signed downloads and expiring tokens need it');
}
