import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@eyegazer/core';
import { Client } from 'pg';
import { lockSession } from '../postgres/lock-session.js';

/** First half of a claim's lock; the second is the hash of the dataset's or model's id. Shared, so that equal hashes do no harm. */
export const importClaim = 1_701_734_766;

const firstRetryMs = 100;
const lastRetryMs = 2000;

/**
 * Which imports this process works on. A claim is a lock of a database session: it ends with the process, however that
 * ends, and every other process can tell.
 */
export interface ImportClaims {
  take(id: string): Promise<void>;
  /** Whether this process has claimed it. */
  has(id: string): boolean;
  /** Never fails: without a connection there is nothing to release. */
  release(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Holds claims on one connection, opened with the first of them and again, with all of them, when it is lost. */
export function createImportClaims({ url, log }: { url: string; log: Logger }): ImportClaims {
  const held = new Set<string>();
  let current: Client | null = null;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  /** One query at a time, which is all that a connection takes. */
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = last.then(task, task);
    last = mine.catch(() => undefined);
    return mine;
  }

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: url, keepAlive: true, keepAliveInitialDelayMillis: 30_000, connectionTimeoutMillis: 5000, query_timeout: 10_000 });
    client.on('error', (error) => log.warn({ error: error.message }, 'The connection that claims imports was lost; it is opened again'));
    client.on('end', () => {
      if (current !== client) return;
      current = null;
      void takeAgain();
    });
    try {
      await client.connect();
      await client.query(lockSession);
      for (const id of held) await lock(client, id);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    current = client;
    return client;
  }

  async function open(): Promise<Client> {
    return current ?? connect();
  }

  async function takeAgain(): Promise<void> {
    const isWanted = (): boolean => !closed && held.size > 0 && current === null;
    for (let retryMs = firstRetryMs; isWanted(); retryMs = Math.min(retryMs * 2, lastRetryMs)) {
      await inTurn(open).catch(() => sleep(retryMs));
    }
  }

  return {
    take: (id) =>
      inTurn(async () => {
        // Locks are counted: of one taken twice, `release` would leave one behind.
        if (held.has(id)) return;
        await lock(await open(), id);
        held.add(id);
      }),
    has: (id) => held.has(id),
    release: (id) =>
      inTurn(async () => {
        held.delete(id);
        await current?.query('SELECT pg_advisory_unlock_shared($1, hashtext($2))', [importClaim, id]).catch(() => undefined);
      }),
    close: () =>
      inTurn(async () => {
        closed = true;
        await current?.end();
      }),
  };
}

async function lock(client: Client, id: string): Promise<void> {
  await client.query('SELECT pg_advisory_lock_shared($1, hashtext($2))', [importClaim, id]);
}
