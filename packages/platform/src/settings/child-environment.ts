import type { Environment } from './parse-environment.js';

/** What opens the database, the queue, the doors and private repositories on the hub. */
const keptBack = ['DATABASE_URL', 'REDIS_URL', 'EYEGAZER_TOKEN', 'HF_TOKEN', 'PGPASSWORD', 'PGPASSFILE', 'PGSERVICEFILE'];

/**
 * The environment for a child that trains, or decodes what people bring: it reaches the artifact store and nothing else.
 * What it has to say goes through its parent.
 */
export function childEnvironment(environment: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !keptBack.includes(name)));
}
