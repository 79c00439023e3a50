import type { Precision, RecomputeMode } from '@eyegazer/core';
import type { SessionOptions } from '@eyegazer/engine';
import type { BaseModel } from '@eyegazer/formats';
import { adaptation, head } from '../step/create-input.js';

export interface MemoryCase {
  microBatch: number;
  recompute: RecomputeMode;
  precision: Precision;
}

/** A case as a session is asked for: LoRA as in every benchmark, two threads. */
export function sessionOptions(model: BaseModel, { microBatch, recompute, precision }: MemoryCase): SessionOptions {
  return { model, adaptation, head, microBatch, engine: 'traced', threads: 2, recompute, precision };
}
