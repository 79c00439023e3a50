import type { EventLog } from '../events/event-log.js';
import { appendEvents } from './append-events.js';
import type { Database } from './open-database.js';
import { readEvents, readLastSeq } from './read-events.js';
import { readSeries } from './read-series.js';
import type { Write } from './unit-of-work.js';

export function createEventLog({ database, write }: { database: Database; write: Write }): EventLog {
  return {
    append: (input) => write((scope) => appendEvents(scope, input)),
    read: (query) => readEvents(database.prisma, query),
    lastSeq: (experimentId) => readLastSeq(database.prisma, experimentId),
    readSeries: (query) => database.transaction((tx) => readSeries(tx, query), { snapshot: true }),
  };
}
