/**
 * Names for files that belong to this process, by which every other one can tell what a process that ended has left
 * behind. Processes that share a folder share a machine.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startTokenOf } from '../process-identity.js';

/** A name that no other process uses, and no other call. */
export function createProcessFileName(): string {
  return `${process.pid}-${tokenOf(process.pid)}-${randomBytes(8).toString('hex')}`;
}

/** Removes from `folder`, which is made when missing, what ended processes left, and what nobody has written to for `longestMs`. */
export async function sweepProcessFiles(folder: string, { longestMs = Number.POSITIVE_INFINITY }: { longestMs?: number } = {}): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(ignoreMissing);
    // Another process may be at a younger one.
    if (found && (Date.now() - found.mtimeMs > longestMs || !isOfLivingProcess(name))) await rm(path, { recursive: true, force: true });
  }
}

function isOfLivingProcess(name: string): boolean {
  const [pid = '', token] = name.split('-');
  return token !== undefined && tokenOf(Number(pid)) === token;
}

/** Null for a process that is not there. */
function tokenOf(pid: number): string | null {
  return Number.isInteger(pid) ? (startTokenOf(pid)?.replace(/[^A-Za-z0-9]/g, '_') ?? null) : null;
}

/** For a `catch`: null for a path that is not there. @throws every other error */
export function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
