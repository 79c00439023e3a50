/**
 * Exponential moving average of what trains, on host arrays, as torch.optim.swa_utils.AveragedModel keeps it with
 * get_ema_multi_avg_fn(decay): the first update copies the values, each later one makes ema = decay * ema + (1 - decay) * values.
 * Source: https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema
 */
import { AppError } from '@eyegazer/core';

export interface EmaOptions {
  /** What is averaged; read at each update. */
  trainable: ReadonlyMap<string, Float32Array>;
  /** Share that the average keeps at each update, 0 to 1. */
  decay: number;
  /** Where to go on from; starts afresh without it. */
  state?: EmaState;
}

export interface EmaState {
  /** Updates taken in so far. */
  updates: number;
  values: Map<string, Float32Array>;
}

export interface Ema {
  /** Takes in the values of one optimizer update. */
  update: () => void;
  /** The averages by name, the arrays the same throughout; before the first update what training started from. */
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly state: EmaState;
}

/** @throws AppError INTERNAL when the state is of other tensors */
export function createEma({ trainable, decay, state }: EmaOptions): Ema {
  const current: EmaState = state ?? { updates: 0, values: new Map([...trainable].map(([name, values]) => [name, values.slice()])) };
  for (const [name, { length }] of trainable) {
    const got = current.values.get(name)?.length;
    if (got !== length) throw new AppError('INTERNAL', `Expected ${length} averages for "${name}", got ${got ?? 'none'}.`);
  }
  const update = (): void => {
    const kept = current.updates === 0 ? 0 : decay;
    current.updates += 1;
    for (const [name, average] of current.values) {
      const values = trainable.get(name);
      if (values === undefined) throw new AppError('INTERNAL', `Expected values for "${name}", got none.`);
      for (let i = 0; i < average.length; i++) average[i] = kept * average[i]! + (1 - kept) * values[i]!;
    }
  };
  return { update, values: current.values, state: current };
}
