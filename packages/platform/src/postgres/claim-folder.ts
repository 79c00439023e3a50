import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { z } from 'zod';
import { startTokenOf } from '../process-identity.js';

const ownerSchema = z.strictObject({ pid: z.int(), startToken: z.string() });

/**
 * Makes this process the only one that runs a server on `folder`, until the answered function gives it back. A claim
 * whose process has ended counts for nothing.
 * @throws AppError CONFLICT while a living process has it
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const claimFile = join(folder, 'owner.json');
  const mine = join(folder, `owner.${process.pid}.json`);
  await writeFile(mine, JSON.stringify({ pid: process.pid, startToken: startTokenOf(process.pid) ?? '' }));
  try {
    // A link appears whole or fails: no one ever reads half a claim.
    while (!(await tryLink(mine, claimFile))) {
      const owner = await readOwner(claimFile);
      if (owner && startTokenOf(owner.pid) === owner.startToken) {
        throw new AppError('CONFLICT', `Eyegazer is running on this folder already (process ${owner.pid}, data in ${folder}). Stop it first, or set EYEGAZER_HOME to another folder.`, {
          details: { pid: owner.pid },
        });
      }
      await rm(claimFile, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
  return () => rm(claimFile, { force: true });
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(claimFile: string): Promise<z.infer<typeof ownerSchema> | null> {
  const text = await readFile(claimFile, 'utf8').catch(() => null);
  try {
    return text === null ? null : ownerSchema.parse(JSON.parse(text));
  } catch {
    // Not written by this program, or lost with the disk: no process can be found by it.
    return null;
  }
}
