/**
 * Who fills a bucket. The lock saves work, it guards nothing: segments have names of their own, so two owners would only do the
 * same twice. Its owner touches the file while it lives; a lock that nobody touches is that of a dead process, of this machine,
 * of another container, of a former boot.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';

export interface BucketLock {
  release(): void;
}

/** A thread is busy with one image for less than a second. */
export const staleLockMs = 10_000;

/** Takes the lock, over from a dead owner if need be; null while a living one has it. */
export function claimLock(path: string, { staleMs = staleLockMs }: { staleMs?: number } = {}): BucketLock | null {
  if (!create(path)) {
    if (!isStale(path, staleMs)) return null;
    removeStale(path, staleMs);
    if (!create(path)) return null;
  }
  const timer = setInterval(() => touch(path), staleMs / 5).unref();
  return {
    release() {
      clearInterval(timer);
      rmSync(path, { force: true });
    },
  };
}

function create(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(path: string, staleMs: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > staleMs;
}

/** Moved aside first: of several that find it stale, one moves it, and what a faster one has made anew is seen to be fresh. */
function removeStale(path: string, staleMs: number): void {
  const aside = `${path}-${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // another was faster
  }
  if (isStale(aside, staleMs)) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // The whole cache was removed by hand.
  }
}
