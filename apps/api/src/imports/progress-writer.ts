import type { Logger } from '@eyegazer/core';

export interface ProgressWriter<P> {
  write(progress: P): void;
  /** Waits for a write under way; nothing is written afterwards. */
  close(): Promise<void>;
}

/** Writes the newest progress, one write at a time: what is overtaken meanwhile is never written. */
export function createProgressWriter<P>(save: (progress: P) => Promise<void>, log: Logger): ProgressWriter<P> {
  let newest: P | null = null;
  let writing: Promise<void> | null = null;
  let closed = false;

  const takeNewest = (): P | null => {
    const taken = closed ? null : newest;
    newest = null;
    return taken;
  };

  async function drain(): Promise<void> {
    for (let progress = takeNewest(); progress; progress = takeNewest()) {
      await save(progress).catch((error: unknown) => log.warn({ error: String(error) }, 'progress of an import was not saved'));
    }
    writing = null;
  }

  return {
    write(progress) {
      newest = progress;
      writing ??= drain();
    },
    async close() {
      closed = true;
      await writing;
    },
  };
}
