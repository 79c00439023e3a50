import type { Logger } from '@eyegazer/core';

export interface ProgressWriter<P> {
  write(progress: P): void;
  /** Waits for a write under way; nothing is written afterwards. */
  close(): Promise<void>;
}

/**
 * Writes the newest progress, one write at a time: what is overtaken meanwhile is never written.
 * @param options.repeatMs without other news for so long, it is written again
 */
export function createProgressWriter<P>(save: (progress: P) => Promise<void>, { log, repeatMs }: { log: Logger; repeatMs: number }): ProgressWriter<P> {
  let newest: P | null = null;
  let writing: Promise<void> | null = null;
  let closed = false;
  let repeat: NodeJS.Timeout | undefined;

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

  function write(progress: P): void {
    newest = progress;
    writing ??= drain();
    clearTimeout(repeat);
    if (!closed) repeat = setTimeout(() => write(progress), repeatMs).unref();
  }

  return {
    write,
    async close() {
      closed = true;
      clearTimeout(repeat);
      await writing;
    },
  };
}
