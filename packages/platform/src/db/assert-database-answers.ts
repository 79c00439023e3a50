import { AppError } from '@eyegazer/core';
import { Client } from 'pg';

const limitMs = 10_000;

/** Connects and hangs up again, so that a wrong DATABASE_URL is told at the start, as one. @throws AppError as refuseDatabase */
export async function assertDatabaseAnswers(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: limitMs });
  // What goes wrong while it hangs up is of no interest.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw refuseDatabase(url, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Why a database cannot be connected to, for the person who wrote its URL; of that, only the server is named. */
export function refuseDatabase(url: string, cause: unknown): AppError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new AppError('UNAVAILABLE', `PostgreSQL at ${findServer(url)} cannot be used: ${said}. Check host, port, user, password and name in DATABASE_URL, and that the server runs.`, { cause });
}

function findServer(url: string): string {
  return (URL.canParse(url) && new URL(url).host) || 'its address';
}
