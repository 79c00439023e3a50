import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Leaves the time in `<home>/heartbeat` whenever the database has taken a heartbeat, so that a health check beside this
 * process (of a container, of a supervisor) sees from the file's age whether the worker lives.
 */
export async function writeHeartbeatFile(home: string): Promise<void> {
  await writeFile(join(home, 'heartbeat'), `${new Date().toISOString()}\n`);
}
