import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '@eyegazer/core';
import type { Visit } from './visit.js';

/**
 * A browser sends its cookie with whatever a page tells it to send, so what changes something, or opens a socket, must say
 * that it comes from a page of ours. SameSite=Strict says the same; this does not rely on the browser's.
 * @param mustSay false where browsers leave Origin out: reading from the same origin
 * @throws AppError FORBIDDEN
 */
export function assertSameOrigin(headers: IncomingHttpHeaders, visit: Visit, { mustSay }: { mustSay: boolean }): void {
  const { origin } = headers;
  const ours = `${visit.secure ? 'https' : 'http'}://${visit.host}`;
  if (origin === undefined ? !mustSay : origin.toLowerCase() === ours) return;
  throw new AppError(
    'FORBIDDEN',
    `Expected a request with the session cookie to come from this server's own pages (Origin ${ours}), got Origin ${origin ?? 'none'}. Programs send "Authorization: Bearer <token>" in place of a cookie. Behind a proxy, set EYEGAZER_TRUST_PROXY to the number of proxies and let them set X-Forwarded-Proto and X-Forwarded-Host.`,
  );
}
