/**
 * AdamW as torch.optim.AdamW computes it (Loshchilov & Hutter 2017, arXiv:1711.05101), on host arrays in place:
 *   p -= lr * wd * p
 *   m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
 *   p -= lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + eps)
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html
 */
import { AppError } from '@eyegazer/core';

export interface AdamWOptions {
  /** Updated in place. */
  trainable: ReadonlyMap<string, Float32Array>;
  betas?: readonly [number, number];
  eps?: number;
  /** Decay of each tensor by its name. */
  weightDecay: (name: string) => number;
  /** Where to go on from; starts afresh without it. */
  state?: AdamWState;
}

/** All that a later step depends on, beside the tensors themselves. */
export interface AdamWState {
  /** Updates made so far. */
  steps: number;
  moments: Map<string, { m: Float32Array; v: Float32Array }>;
}

export interface AdamW {
  /** Makes one update. @throws AppError INTERNAL when a gradient is missing or of another size */
  step: (grads: ReadonlyMap<string, Float32Array>, lr: number) => void;
  readonly state: AdamWState;
}

export function createAdamW({ trainable, betas = [0.9, 0.999], eps = 1e-8, weightDecay, state }: AdamWOptions): AdamW {
  const [beta1, beta2] = betas;
  const current: AdamWState = state ?? {
    steps: 0,
    moments: new Map([...trainable].map(([name, { length }]) => [name, { m: new Float32Array(length), v: new Float32Array(length) }])),
  };
  const step: AdamW['step'] = (grads, lr) => {
    current.steps += 1;
    const stepSize = lr / (1 - beta1 ** current.steps);
    const rootCorrection = Math.sqrt(1 - beta2 ** current.steps);
    for (const [name, values] of trainable) {
      const grad = grads.get(name);
      const moments = current.moments.get(name);
      if (grad?.length !== values.length || moments?.m.length !== values.length || moments.v.length !== values.length) {
        throw new AppError('INTERNAL', `Expected ${values.length} gradients and moments for "${name}", got ${grad?.length ?? 'none'} and ${moments?.m.length ?? 'none'}.`);
      }
      const { m, v } = moments;
      const kept = 1 - lr * weightDecay(name);
      for (let i = 0; i < values.length; i++) {
        const g = grad[i]!;
        m[i] = beta1 * m[i]! + (1 - beta1) * g;
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
        values[i] = values[i]! * kept - (stepSize * m[i]!) / (Math.sqrt(v[i]!) / rootCorrection + eps);
      }
    }
  };
  return { step, state: current };
}
