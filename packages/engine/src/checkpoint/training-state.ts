/**
 * A run between two updates, as bytes: a safetensors file of everything the next update depends on beside the data and the
 * base model. With the same micro-batch, device kind and engine version a run that goes on from it equals the uncut one bit for
 * bit. Random numbers need no state: each is a function of the seed and the update.
 */
import type { AdamWState } from '../optimizer/adamw.js';
import type { EmaState } from '../optimizer/ema.js';

export interface TrainingState {
  /** Updates done; the next one has this number. */
  readonly updates: number;
  readonly trainable: ReadonlyMap<string, Float32Array>;
  readonly optimizer: AdamWState;
  readonly ema: EmaState | null;
  /** Plain numbers of a dynamic loss scale; null where there is none. */
  readonly lossScale: Readonly<Record<string, number>> | null;
}

export const trainingStateFormat = 'eyegazer-training-state';
/** Rises with every change that an older reader would misread. */
export const trainingStateVersion = '1';

/** What a tensor of the file is of: the first part of its name, before `/`. */
export const stateParts = { trainable: 'trainable', m: 'adamw.m', v: 'adamw.v', ema: 'ema' } as const;
