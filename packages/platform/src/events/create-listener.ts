import { AppError, type Logger } from '@eyegazer/core';
import { Client } from 'pg';
import { createQuietWarning } from '../queue/quiet-warning.js';
import { Changes } from './changes.js';
import { channel } from './create-notifier.js';
import type { Subscriber, Subscription } from './notifications.js';

const firstRetryMs = 100;
const lastRetryMs = 2000;
/** A connection that was cut without a word shows by this query's failing. */
const checkEveryMs = 15_000;
const queryLimitMs = 5000;

export interface Listener {
  subscribe: (subscriber: Subscriber) => Subscription;
  close(): Promise<void>;
}

/** Hears notices on one connection for every subscriber of this process; connects with the first and again whenever it is lost. */
export function createListener({ url, log }: { url: string; log: Logger }): Listener {
  const warn = createQuietWarning(log, 'The connection that hears notices was lost; connecting again');
  const subscribers = new Set<Subscriber>();
  let connection: Promise<void> | null = null;
  let client: Client | null = null;
  let closed = false;
  let wasReady = false;
  let retryTimer: NodeJS.Timeout | null = null;
  let settleReady: { resolve: () => void; reject: (error: AppError) => void } | undefined;
  const ready = new Promise<void>((resolve, reject) => (settleReady = { resolve, reject }));
  // Whoever awaits `ready` hears of it; without anyone it is no unhandled rejection.
  ready.catch(() => undefined);

  function start(): void {
    connection ??= connect(firstRetryMs);
  }

  async function connect(retryMs: number): Promise<void> {
    const candidate = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: queryLimitMs, query_timeout: queryLimitMs });
    let alive = true;
    const lose = (error?: Error): void => {
      if (!alive) return;
      alive = false;
      clearInterval(check);
      client = null;
      void endQuietly(candidate);
      if (closed) return;
      warn(error ?? new Error('The server closed it.'));
      retryTimer = setTimeout(() => (connection = connect(Math.min(retryMs * 2, lastRetryMs))), retryMs);
    };
    const check = setInterval(() => candidate.query('SELECT 1').catch(lose), checkEveryMs);
    candidate.on('error', lose);
    candidate.on('end', () => lose());
    candidate.on('notification', ({ payload }) => dispatch(payload ?? '[]'));
    try {
      await candidate.connect();
      await candidate.query(`LISTEN ${channel}`);
    } catch (error) {
      lose(error as Error);
      return;
    }
    if (closed) return lose();
    client = candidate;
    retryMs = firstRetryMs;
    settleReady?.resolve();
    if (wasReady) for (const subscriber of subscribers) guard(() => subscriber.onReconnect?.());
    wasReady = true;
  }

  function dispatch(payload: string): void {
    let notices;
    try {
      notices = Changes.decode(payload);
    } catch (error) {
      log.error({ error: String(error), payload: payload.slice(0, 200) }, 'A notice could not be read');
      return;
    }
    const events = new Map(notices.flatMap((notice) => (notice.of === 'events' ? [[notice.id, notice.seq] as const] : [])));
    for (const subscriber of subscribers) {
      if (events.size > 0) guard(() => subscriber.onEvents?.(events));
      for (const notice of notices) {
        if (notice.of === 'topic') guard(() => subscriber.onTopic?.({ topic: notice.topic, ...(notice.id === undefined ? {} : { id: notice.id }) }));
        if (notice.of === 'command') guard(() => subscriber.onCommand?.(notice.command));
        if (notice.of === 'wake') guard(() => subscriber.onWake?.());
      }
    }
  }

  /** One subscriber's mistake must not cost the others their notice. */
  function guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      log.error({ error: String(error) }, 'A subscriber failed on a notice');
    }
  }

  return {
    subscribe(subscriber) {
      if (closed) throw new AppError('UNAVAILABLE', 'The platform is closed.');
      subscribers.add(subscriber);
      start();
      return { ready, close: () => void subscribers.delete(subscriber) };
    },
    async close() {
      closed = true;
      if (retryTimer !== null) clearTimeout(retryTimer);
      settleReady?.reject(new AppError('UNAVAILABLE', 'The platform is closed.'));
      await connection;
      await client?.end();
    },
  };
}

/** A lost connection may not even end well. */
async function endQuietly(client: Client): Promise<void> {
  try {
    await client.end();
  } catch {
    // It is lost already; there is nothing left to end.
  }
}
