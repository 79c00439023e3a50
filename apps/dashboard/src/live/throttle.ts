export interface Throttle {
  call(): void;
  stop(): void;
}

/** Runs a task at once, then at most every `pauseMs`; the last call is never lost. */
export function createThrottle(task: () => void, pauseMs: number): Throttle {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const run = (): void => {
    again = false;
    task();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, pauseMs);
  };
  return {
    call: () => {
      if (timer === undefined) run();
      else again = true;
    },
    stop: () => clearTimeout(timer),
  };
}
