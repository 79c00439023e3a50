import type { ExperimentSummary } from '@eyegazer/core';
import { Chip } from './chip.js';

/** A run's health in one word; a healthy run needs none. */
export function HealthBadge({ state, level }: ExperimentSummary['health']) {
  if (state === 'recovered') return <Chip tone="good">Recovered</Chip>;
  if (level === 'critical') return <Chip tone="critical">Unhealthy</Chip>;
  if (level === 'warning') return <Chip tone="warning">Suspicious</Chip>;
  return null;
}
