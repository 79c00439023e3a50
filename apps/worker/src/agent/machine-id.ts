import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A stable name of this machine: a hash of the operating system's machine id (which is not to be shown to others), or,
 * where there is none, as in most containers, of a random one kept in `home`.
 */
export async function loadMachineId(home: string): Promise<string> {
  const id = (await readId('/etc/machine-id')) || (await readId(join(home, 'machine-id'))) || (await makeId(home));
  return createHash('sha256').update(`eyegazer ${id}`).digest('hex').slice(0, 16);
}

async function readId(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

async function makeId(home: string): Promise<string> {
  const id = randomUUID();
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'machine-id'), `${id}\n`);
  return id;
}
