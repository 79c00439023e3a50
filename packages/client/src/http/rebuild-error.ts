import { AppError, errorAnswerSchema, errorCodes, type ErrorCode } from '@eyegazer/core';

/** What an error is rebuilt from. */
export interface ErrorReply {
  status: number;
  body: unknown;
  /** Seconds, by the header `Retry-After`. */
  retryAfter: string | null;
  what: string;
}

/**
 * The AppError that the server threw, from the body of its answer; `details.requestId` finds it in the server's log, and
 * `details.retryAfterSeconds` says when asking again makes sense. A body that is not ours (a proxy's page, nothing at
 * all) becomes an error that says so.
 */
export function rebuildError({ status, body, retryAfter, what }: ErrorReply): AppError {
  const retryAfterSeconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? { retryAfterSeconds: Number(retryAfter) } : {};
  const parsed = errorAnswerSchema.safeParse(body);
  if (parsed.success) {
    const { code, message, path, details, requestId } = parsed.data.error;
    return new AppError(code, message, { ...(path === undefined ? {} : { path }), details: { ...retryAfterSeconds, ...details, requestId } });
  }
  if (status === 416) return new AppError('BAD_REQUEST', `Expected a range within the file, got one that is not (${what}).`, { path: 'Range' });
  if (status === 429) return new AppError('TOO_MANY_REQUESTS', errorCodes.TOO_MANY_REQUESTS.message, { details: retryAfterSeconds });
  return new AppError(codeOfStatus(status), `${what} answered ${status} without saying why. Is this address really the Eyegazer API?`);
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'UNAUTHORIZED';
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 502 || status === 503 || status === 504) return 'UNAVAILABLE';
  return status >= 500 ? 'INTERNAL' : 'BAD_REQUEST';
}
