import type { IncomingHttpHeaders } from 'node:http';
import { sessionDays } from '@eyegazer/platform';
import { parseCookie, stringifySetCookie } from 'cookie';

/** What a caller shows: a token, or a session's cookie. */
export interface Credential {
  kind: 'token' | 'session';
  secret: string;
}

/** A token in the Authorization header goes before a cookie: who sets one means it. */
export function readCredential(headers: IncomingHttpHeaders, { secure }: { secure: boolean }): Credential | null {
  const { authorization } = headers;
  if (authorization !== undefined) return { kind: 'token', secret: /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '' };
  const secret = parseCookie(headers.cookie ?? '')[cookieName(secure)];
  return secret === undefined || secret === '' ? null : { kind: 'session', secret };
}

/** Over https the name's prefix makes browsers refuse the cookie from any other host or path: nobody can plant one. */
function cookieName(secure: boolean): string {
  return secure ? '__Host-eyegazer_session' : 'eyegazer_session';
}

/** `secret: null` takes the cookie away. */
export function formatSessionCookie(secret: string | null, { secure }: { secure: boolean }): string {
  return stringifySetCookie(cookieName(secure), secret ?? '', { httpOnly: true, sameSite: 'strict', path: '/', secure, maxAge: secret === null ? 0 : sessionDays * 86_400 });
}
