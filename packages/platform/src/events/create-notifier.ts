import type { Logger } from '@eyegazer/core';
import { Changes } from './changes.js';

/** The one channel of this database. */
export const channel = 'eyegazer';

/** At most one NOTIFY in this time: inside every transaction it would serialise their commits. */
const intervalMs = 30;
const retryMs = 500;

export interface Notifier {
  /** Sends soon, together with what else comes. */
  add(changes: Changes): void;
  /** Sends what waits and stops. */
  close(): Promise<void>;
}

/** Gathers what committed transactions changed and tells the listeners in few notices. `send` issues one pg_notify per payload. */
export function createNotifier({ send, log }: { send: (payloads: string[]) => Promise<void>; log: Logger }): Notifier {
  let waiting = new Changes();
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<void> = Promise.resolve();
  let lastSentAt = 0;
  let closed = false;

  function schedule(delayMs: number): void {
    if (timer !== null || closed) return;
    timer = setTimeout(() => {
      timer = null;
      sending = flush();
    }, delayMs);
  }

  async function flush(): Promise<void> {
    if (waiting.isEmpty) return;
    const changes = waiting;
    waiting = new Changes();
    lastSentAt = performance.now();
    try {
      await send(changes.encode());
    } catch (error) {
      log.warn({ error: String(error) }, 'A notice could not be sent; it will be sent again');
      changes.merge(waiting);
      waiting = changes;
      schedule(retryMs);
    }
  }

  return {
    add(changes) {
      if (changes.isEmpty) return;
      waiting.merge(changes);
      schedule(Math.max(0, lastSentAt + intervalMs - performance.now()));
    },
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await sending;
      await flush();
    },
  };
}
