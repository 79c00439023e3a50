import { AppError } from '@eyegazer/core';
import { z } from 'zod';
import { isLoopbackUrl } from '../config/parse-server-url.js';

const words: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'its name cannot be looked up',
  ETIMEDOUT: 'no answer',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no way to that network',
};

/** Codes of failures that come before a request can have left this machine. */
const beforeSending = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** What a socket says of where it wanted to. */
const failedHostSchema = z.object({ hostname: z.string().optional(), address: z.string().optional(), port: z.number().optional() });

/** What fetch threw, as what a person can act on; `details.sent` is false when the request cannot have arrived. */
export function describeUnreachable(origin: string, error: unknown): AppError {
  const code = codeOf(error);
  const other = findOtherHost(origin, error);
  const isCertificate = /CERT|SELF_SIGNED|SIGNATURE|ERR_TLS/.test(code);
  const reason = isCertificate ? `its certificate is not trusted: ${code}` : (words[code] ?? (code || 'no connection'));
  const advice = isCertificate
    ? 'Set NODE_EXTRA_CA_CERTS to the file of the authority that signed it.'
    : isLoopbackUrl(origin)
      ? 'Is it running? Start it with `npm start`, or give --url.'
      : 'Is it running, and is the address right? Give --url, or set EYEGAZER_URL.';
  const message =
    other === null
      ? `Cannot reach ${origin} (${reason}). ${advice}`
      : `Cannot reach ${other}, where ${origin} sends us for the bytes (${reason}). Make that address reachable from here, or let the server pass them on: S3_DOWNLOADS=proxied in its settings.`;
  return new AppError('UNAVAILABLE', message, { details: { sent: !beforeSending.has(code) && !isCertificate }, cause: error });
}

/** The host that could not be reached, where it is not the server itself but one that it redirected to. */
function findOtherHost(origin: string, error: unknown): string | null {
  const { hostname, port, protocol } = new URL(origin);
  const failed = failedHostSchema.safeParse(error instanceof Error ? error.cause : undefined);
  if (!failed.success) return null;
  const { hostname: otherName, address, port: otherPort } = failed.data;
  if (otherName !== undefined) return otherName === hostname ? null : otherName;
  if (otherPort === undefined || String(otherPort) === (port || (protocol === 'https:' ? '443' : '80'))) return null;
  return `${address ?? 'port'}:${otherPort}`;
}

/** fetch wraps what the socket said; several addresses of a host fail together. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return 'cause' in error ? codeOf(error.cause) : '';
}
