import { createErrorRecord, type Logger } from '@eyegazer/core';

/**
 * How a process of ours ends:
 * 1. SIGTERM, SIGINT, SIGHUP, the end of the process that forked it, or `end`: what was opened is closed, last first
 * 2. a second signal, or `longestEndMs` later: at once, with exit code 1
 * 3. an error that nobody caught: logged with its stack, then at once with exit code 1, for nothing can be relied on any more
 * A log that nobody reads any more (a closed pipe) is no reason to end.
 */
export interface ProcessLife {
  /** What is to be closed at the end; `what` names it in the log. */
  atEnd(what: string, close: () => Promise<unknown>): void;
  /** Begins the end, once. */
  end(reason: string, exitCode?: number): void;
}

/** Ctrl-C reaches a whole process group, and whoever started us may pass it on as well: that is still one signal. */
const sameSignalMs = 250;

export function createProcessLife({ log, longestEndMs = 7000 }: { log: Logger; longestEndMs?: number }): ProcessLife {
  const closers: { what: string; close: () => Promise<unknown> }[] = [];
  let endsSinceMs: number | null = null;

  async function closeAll(): Promise<boolean> {
    let allClosed = true;
    for (let closer = closers.at(-1); closer; closer = closers.at(-1)) {
      try {
        await closer.close();
      } catch (error) {
        allClosed = false;
        log.error({ error: createErrorRecord(error) }, `Closing the ${closer.what} failed`);
      }
      closers.splice(closers.indexOf(closer), 1);
    }
    return allClosed;
  }

  function end(reason: string, exitCode = 0): void {
    if (endsSinceMs !== null) return;
    endsSinceMs = performance.now();
    log.info({ reason }, 'Shutting down');
    setTimeout(() => {
      log.error({ longestEndMs, waitsFor: closers.map(({ what }) => what) }, 'Shutting down took too long; what is left is cut off');
      process.exit(1);
    }, longestEndMs).unref();
    void closeAll().then((allClosed) => {
      log.info({ tookMs: Math.round(performance.now() - (endsSinceMs ?? 0)) }, 'Ended');
      process.exit(allClosed ? exitCode : 1);
    });
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (endsSinceMs === null) return end(signal);
      if (performance.now() - endsSinceMs < sameSignalMs) return;
      log.warn({ signal }, 'Told twice: ending at once');
      process.exit(1);
    });
  }
  if (process.connected) process.once('disconnect', () => end('the process that started this one is gone'));
  process.on('uncaughtException', (error: unknown, origin) => {
    log.fatal({ error: error instanceof Error ? (error.stack ?? error.message) : String(error), origin }, 'An error that nobody caught ends this process');
    process.exit(1);
  });
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  return { atEnd: (what, close) => void closers.push({ what, close }), end };
}
