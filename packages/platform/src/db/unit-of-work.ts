import { Changes } from '../events/changes.js';
import type { Notifier } from '../events/create-notifier.js';
import type { Database, Tx } from './open-database.js';

/** A transaction with what it changes for listeners, which they are told once it has committed. */
export interface Scope {
  tx: Tx;
  changes: Changes;
}

export type Write = <T>(work: (scope: Scope) => Promise<T>) => Promise<T>;

export function createWrite({ database, notifier }: { database: Database; notifier: Notifier }): Write {
  return async (work) => {
    const changes = new Changes();
    const result = await database.transaction((tx) => work({ tx, changes }));
    notifier.add(changes);
    return result;
  };
}
