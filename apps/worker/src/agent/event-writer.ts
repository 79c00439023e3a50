import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger, WrittenEvent } from '@eyegazer/core';
import { retryWhileUnavailable } from '@eyegazer/platform';

export interface EventWriterOptions {
  /** Appends one batch to the log in one transaction. */
  append: (events: WrittenEvent[]) => Promise<unknown>;
  /** Everything up to this counter is in the log. */
  onWritten: (counter: number) => void;
  /** The log refuses: nothing more will be written. */
  onFailure: (error: unknown) => void;
  /** How long events are gathered before they are written. */
  gatherMs?: number;
  signal?: AbortSignal;
  log: Logger;
}

/** Writes a trainer's events in batches, in order, one batch at a time. */
export interface EventWriter {
  write(events: readonly WrittenEvent[]): void;
  /** Runs a task after everything written before it, and before anything written after it. */
  runAfter(task: () => Promise<void>): void;
  /** Resolves once nothing is left to write, because it is written or because writing has failed. */
  flush(): Promise<void>;
}

const mostAtOnce = 5000;

export function createEventWriter(options: EventWriterOptions): EventWriter {
  const { gatherMs = 25 } = options;
  const queue: (WrittenEvent | (() => Promise<void>))[] = [];
  let draining: Promise<void> | null = null;
  let failed = false;

  async function drain(): Promise<void> {
    while (queue.length > 0 && !failed) {
      if (typeof queue[0] !== 'function') await sleep(gatherMs);
      try {
        await writeNext();
      } catch (error) {
        failed = true;
        options.onFailure(error);
      }
    }
    if (failed) queue.length = 0;
    draining = null;
  }

  async function writeNext(): Promise<void> {
    const [first] = queue;
    if (typeof first === 'function') {
      queue.shift();
      return retryWhileUnavailable(first, options);
    }
    const task = queue.findIndex((entry) => typeof entry === 'function');
    const events = queue.slice(0, Math.min(task < 0 ? queue.length : task, mostAtOnce)) as WrittenEvent[];
    await retryWhileUnavailable(() => options.append(events), options);
    queue.splice(0, events.length);
    const last = events.at(-1);
    if (last) options.onWritten(last.counter);
  }

  function add(entries: readonly (WrittenEvent | (() => Promise<void>))[]): void {
    if (failed) return;
    for (const entry of entries) queue.push(entry);
    draining ??= drain();
  }

  return {
    write: add,
    runAfter: (task) => add([task]),
    async flush() {
      await draining;
    },
  };
}
