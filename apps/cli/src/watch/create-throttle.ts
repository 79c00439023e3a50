/** Calls a task at most once per interval, and always once more after the last request. */
export interface Throttle {
  request(): void;
  cancel(): void;
}

export function createThrottle(intervalMs: number, task: () => void): Throttle {
  let timer: NodeJS.Timeout | null = null;
  let last = -Infinity;
  const fire = (): void => {
    timer = null;
    last = performance.now();
    task();
  };
  return {
    request() {
      timer ??= setTimeout(fire, Math.max(0, last + intervalMs - performance.now()));
    },
    cancel() {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
