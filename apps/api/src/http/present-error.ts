import { AppError, createErrorRecord, errorCodes, type ErrorAnswer } from '@eyegazer/core';

/** An error as HTTP says it. What is not an AppError is a fault of ours: its words stay in the log. */
export function presentError(error: unknown, requestId: string): { status: number; body: ErrorAnswer } {
  const known = error instanceof AppError ? error : (parseHttpError(error) ?? new AppError('INTERNAL', `${errorCodes.INTERNAL.message} The log has it under request ${requestId}.`));
  return { status: errorCodes[known.code].http, body: { error: { ...createErrorRecord(known), requestId } } };
}

/** Errors that Express and its body parser throw for a request at fault carry a status and a type. */
function parseHttpError(error: unknown): AppError | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number' || error.status >= 500) return null;
  const type = 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') return new AppError('TOO_LARGE', 'Expected a body of at most 1 MB, got a larger one.', { cause: error });
  if (type === 'entity.parse.failed') return new AppError('BAD_REQUEST', `Expected a JSON body, but parsing it failed: ${error.message}`, { cause: error });
  return new AppError('BAD_REQUEST', error.message, { cause: error });
}
