import type { Logger } from '@eyegazer/core';

const longestEndMs = 4500;

/**
 * Ends the process in good order on SIGTERM, SIGINT or when the process that forked it is gone. Further signals change
 * nothing (Ctrl-C reaches the whole group, and the starter passes it on as well); the end has its own deadline.
 */
export function endOnSignal(options: { log: Logger; end: () => Promise<void> }): void {
  const { log, end } = options;
  let ending = false;

  function begin(reason: string): void {
    if (ending) return;
    ending = true;
    log.info({ reason }, 'shutting down');
    setTimeout(() => {
      log.error({}, 'shutting down took too long; what is left is cut off');
      process.exit(1);
    }, longestEndMs).unref();
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error: String(error) }, 'shutting down failed');
        process.exit(1);
      },
    );
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => begin(signal));
  if (process.connected) process.once('disconnect', () => begin('disconnect'));
}
