import { AppError, errorRecordSchema } from '@eyegazer/core';

/**
 * The server's no to whoever connects, or null for what another try may mend. It comes with words when socket.io's own
 * handshake was refused, and as a bare HTTP status when the request before it was.
 */
export function findRefusal(error: Error): AppError | null {
  const said = errorRecordSchema.safeParse('data' in error ? error.data : undefined);
  const status = 'description' in error ? error.description : undefined;
  const code = said.success ? said.data.code : status === 401 ? 'UNAUTHORIZED' : status === 403 ? 'FORBIDDEN' : null;
  if (code !== 'UNAUTHORIZED' && code !== 'FORBIDDEN') return null;
  return new AppError(code, said.success ? said.data.message : undefined);
}
