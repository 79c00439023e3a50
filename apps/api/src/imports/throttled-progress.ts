import type { ModelProgress } from '@eyegazer/core';

const intervalMs = 200;

/** Passes progress on five times a second at most, each phase's first word at once, and what is newest always in the end. */
export function createThrottledProgress(pass: (progress: ModelProgress) => void): (progress: ModelProgress) => void {
  let lastPhase = '';
  let waiting: ModelProgress | null = null;
  let timer: NodeJS.Timeout | undefined;
  const send = (progress: ModelProgress): void => {
    waiting = null;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      if (waiting) send(waiting);
    }, intervalMs);
    timer.unref();
    pass(progress);
  };
  return (progress) => {
    if (progress.phase === lastPhase && timer !== undefined) {
      waiting = progress;
      return;
    }
    lastPhase = progress.phase;
    send(progress);
  };
}
