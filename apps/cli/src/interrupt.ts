/**
 * Runs a task that Ctrl-C, or a signal to end, asks to come to an end by aborting its signal. A second one ends the
 * process at once.
 */
export async function withInterrupt<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    forget();
    controller.abort();
  };
  const forget = (): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await task(controller.signal);
  } finally {
    forget();
  }
}
