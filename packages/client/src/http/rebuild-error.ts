import { AppError, errorAnswerSchema, type ErrorCode } from '@eyegazer/core';

/**
 * The AppError that the server threw, from the body of its answer; `details.requestId` finds it in the server's log.
 * A body that is not ours (a proxy's page, nothing at all) becomes an error that says so.
 */
export function rebuildError(answer: { status: number; body: unknown; what: string }): AppError {
  const parsed = errorAnswerSchema.safeParse(answer.body);
  if (!parsed.success) {
    return new AppError(codeOfStatus(answer.status), `${answer.what} answered ${answer.status} without saying why. Is this address really the Eyegazer API?`);
  }
  const { code, message, path, details, requestId } = parsed.data.error;
  return new AppError(code, message, { ...(path === undefined ? {} : { path }), details: { ...details, requestId } });
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 403) return 'FORBIDDEN';
  if (status === 502 || status === 503 || status === 504) return 'UNAVAILABLE';
  return status >= 500 ? 'INTERNAL' : 'BAD_REQUEST';
}
