import type { ExperimentState } from '@eyegazer/core';
import { Chip, type Tone } from './chip.js';

const looks: Record<ExperimentState, { tone: Tone; word: string; live: boolean }> = {
  queued: { tone: 'neutral', word: 'Queued', live: false },
  placed: { tone: 'accent', word: 'Starting', live: true },
  running: { tone: 'accent', word: 'Running', live: true },
  paused: { tone: 'neutral', word: 'Paused', live: false },
  succeeded: { tone: 'good', word: 'Succeeded', live: false },
  failed: { tone: 'critical', word: 'Failed', live: false },
  cancelled: { tone: 'neutral', word: 'Cancelled', live: false },
  stopped: { tone: 'warning', word: 'Stopped', live: false },
};

/** An experiment's state as a word people use. */
export function experimentStateWord(state: ExperimentState): string {
  return looks[state].word;
}

export function StateChip({ state }: { state: ExperimentState }) {
  const { tone, word, live } = looks[state];
  return (
    <Chip tone={tone} dot live={live}>
      {word}
    </Chip>
  );
}
