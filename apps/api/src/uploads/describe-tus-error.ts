import { AppError, type ErrorCode } from '@eyegazer/core';

const codes: Readonly<Record<number, ErrorCode>> = { 404: 'NOT_FOUND', 409: 'CONFLICT', 410: 'NOT_FOUND', 413: 'TOO_LARGE' };
const fewBytes = 16 * 1024 * 1024;

/** What the tus library refuses with, as every other error of this server. */
export async function describeTusError(answer: Response, { folder, readFreeBytes }: { folder: string; readFreeBytes: (folder: string) => Promise<number> }): Promise<AppError> {
  const reason = (await answer.text()).trim();
  if (answer.status < 500) return new AppError(codes[answer.status] ?? 'BAD_REQUEST', `The upload protocol (tus 1.0.0) refuses this request: ${reason}.`);
  const isFull = (await readFreeBytes(folder)) < fewBytes;
  return new AppError('UNAVAILABLE', isFull ? 'The disk of the server is full. Free some, or move EYEGAZER_HOME to a larger disk; the upload goes on where it stopped.' : `The upload could not be written: ${reason}. Try again: it goes on where it stopped.`);
}
