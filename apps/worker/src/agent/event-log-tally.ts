import type { WrittenEvent } from '@eyegazer/core';
import type { EventLogWork } from '@eyegazer/platform';

/** Adds up what this worker has appended to the event log, for the metrics. */
export interface EventLogTally {
  /** One append that has succeeded. */
  add(events: readonly WrittenEvent[], appendMs: number): void;
  read(): EventLogWork;
}

export function createEventLogTally({ now = Date.now } = {}): EventLogTally {
  const work = { appends: 0, events: 0, appendSeconds: 0, lagSeconds: 0 };
  return {
    add(events, appendMs) {
      const [oldest] = events;
      if (!oldest) return;
      work.appends++;
      work.events += events.length;
      work.appendSeconds += appendMs / 1000;
      work.lagSeconds += Math.max(0, now() - Date.parse(oldest.at)) / 1000;
    },
    read: () => ({ ...work }),
  };
}
