import type { ImportProgress } from '@eyegazer/core';

export interface Progress {
  report(phase: ImportProgress['phase'], done: number, total: number | null): void;
}

const intervalMs = 100;

/** Passes progress on at most ten times a second, but each phase's first and last word always. */
export function createProgress(onProgress: ((progress: ImportProgress) => void) | undefined): Progress {
  let lastPhase: string | undefined;
  let lastAt = 0;
  return {
    report(phase, done, total) {
      const now = performance.now();
      if (phase === lastPhase && done !== total && now - lastAt < intervalMs) return;
      lastPhase = phase;
      lastAt = now;
      onProgress?.({ phase, done, total });
    },
  };
}
