import { AppError } from '@eyegazer/core';
import { cleanText } from './output/clean-text.js';

/** What went wrong, as lines for a person; the server's request id where its log is the next place to look. */
export function describeError(error: unknown): string[] {
  if (!(error instanceof AppError)) return [cleanText(error instanceof Error ? error.message : String(error))];
  const requestId = error.details?.['requestId'];
  const lines = error.message.split('\n').map(cleanText);
  if (error.code === 'UNAUTHORIZED') lines.push('Log in with `eyegazer login`, or set EYEGAZER_TOKEN.');
  if (error.code === 'INTERNAL' && typeof requestId === 'string') lines.push(`The server's log has more under request id ${cleanText(requestId)}.`);
  return lines;
}
