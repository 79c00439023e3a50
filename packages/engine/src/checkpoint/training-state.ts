/**
 * A run between two updates, as bytes: a safetensors file of everything the next update depends on beside the data and the
 * base model. With the same micro-batch, device kind and engine version a run that goes on from it equals the uncut one bit for
 * bit. Random numbers need no state: each is a function of the seed and the update.
 */
import type { AdamWState } from '../optimizer/adamw.js';
import type { EmaState } from '../optimizer/ema.js';
import type { LossScale } from '../session/loss-scaled-session.js';

export interface TrainingState {
  /** Updates done; the next one has this number. */
  readonly updates: number;
  readonly trainable: ReadonlyMap<string, Float32Array>;
  readonly optimizer: AdamWState;
  readonly ema: EmaState | null;
  /** `TrainSession.lossScale`, and what the next session is to be made with; null where there is none. */
  readonly lossScale: Readonly<LossScale> | null;
}

export const trainingStateFormat = 'eyegazer-training-state';
/** Rises with every change that an older reader would misread. */
export const trainingStateVersion = '1';

/** What a tensor of the file is of: the first part of its name, before `/`. */
export const stateParts = { trainable: 'trainable', m: 'adamw.m', v: 'adamw.v', ema: 'ema' } as const;
