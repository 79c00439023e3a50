import { createDatasetSchema, experimentConfigSchema, parseWith, planDataSchema, type CreateDataset, type EventData, type ExperimentConfig } from '@eyegazer/core';
import type { Prisma } from './generated/client.js';

/**
 * A config as this version has it, whichever wrote it: what an older one did not know of gets its default, which means
 * what was done then.
 */
export function readStoredConfig(value: Prisma.JsonValue): ExperimentConfig {
  return parseWith(experimentConfigSchema, value, { code: 'INTERNAL', what: 'stored config' });
}

/** An attempt's plan, likewise. */
export function readStoredPlan(value: Prisma.JsonValue): EventData<'plan'> {
  return parseWith(planDataSchema, value, { code: 'INTERNAL', what: 'stored plan' });
}

/** What an import was asked to do, or null where that was written by a version of Eyegazer with other words for it. */
export function readStoredRequest(value: Prisma.JsonValue): CreateDataset | null {
  return createDatasetSchema.safeParse(value).data ?? null;
}
