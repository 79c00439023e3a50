import type { DatasetWire } from '@eyegazer/core';
import { Chip } from '../../../ui/chip.js';

/** The state of an import, told to screen readers when it changes. */
export function DatasetStateChip({ state }: { state: DatasetWire['state'] }) {
  const words = { importing: 'Importing', ready: 'Ready', failed: 'Failed' } as const;
  const tones = { importing: 'accent', ready: 'good', failed: 'critical' } as const;
  return (
    <span data-testid="dataset-state" data-state={state} aria-live="polite">
      <Chip tone={tones[state]} dot live={state === 'importing'}>
        {words[state]}
      </Chip>
    </span>
  );
}
