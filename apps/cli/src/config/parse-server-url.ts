import { AppError } from '@eyegazer/core';

/**
 * The origin of a server, from what a person typed.
 * @param what where it was typed: `--url`, `EYEGAZER_URL`
 * @throws AppError BAD_REQUEST
 */
export function parseServerUrl(text: string, what: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!isOrigin) {
    const shown = url?.password ? 'one with a password in it' : JSON.stringify(text);
    throw new AppError('BAD_REQUEST', `${what}: expected the address of a server such as https://eyegazer.example.org or http://127.0.0.1:4400, got ${shown}.`);
  }
  return url.origin;
}

/** True for an address that only this machine has. */
export function isLoopbackUrl(origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
