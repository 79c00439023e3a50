import type { Logger } from '@eyegazer/core';
import { Changes } from '../events/changes.js';
import type { Notifier } from '../events/create-notifier.js';
import type { Database, Tx } from './open-database.js';

/** A line for the log: true only once the transaction has committed. */
export interface Told {
  level: 'info' | 'warn';
  fields: Record<string, unknown>;
  message: string;
}

/** A transaction with what it changes for listeners and what it has to tell the log, both of which follow its commit. */
export interface Scope {
  tx: Tx;
  changes: Changes;
  tell(line: Told): void;
}

export type Write = <T>(work: (scope: Scope) => Promise<T>) => Promise<T>;

export function createWrite({ database, notifier, log }: { database: Database; notifier: Notifier; log: Logger }): Write {
  return async (work) => {
    const changes = new Changes();
    const told: Told[] = [];
    const result = await database.transaction((tx) => work({ tx, changes, tell: (line) => void told.push(line) }));
    notifier.add(changes);
    for (const { level, fields, message } of told) log[level](fields, message);
    return result;
  };
}
