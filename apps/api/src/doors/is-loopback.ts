import { isIP } from 'node:net';

/** True for an address that only this machine can reach. A name is none: it may come to mean something else. */
export function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
