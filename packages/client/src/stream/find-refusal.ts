import { AppError, errorRecordSchema } from '@eyegazer/core';

/**
 * The server's no to a connection, or null for what another try may mend. It comes with words when socket.io's handshake
 * was refused, and as a bare HTTP status when the request before it was.
 */
export function findRefusal(error: Error): AppError | null {
  const record = errorRecordSchema.safeParse('data' in error ? error.data : undefined);
  if (record.success) {
    const { code, message, ...rest } = record.data;
    const said = new AppError(code, message, { ...(rest.path === undefined ? {} : { path: rest.path }), ...(rest.details === undefined ? {} : { details: rest.details }) });
    return said.retryable ? null : said;
  }
  const status = 'description' in error ? error.description : undefined;
  if (status === 401) return new AppError('UNAUTHORIZED');
  return status === 403 ? new AppError('FORBIDDEN') : null;
}
