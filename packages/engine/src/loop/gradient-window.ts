import type { StepOutput } from '../session/train-session.js';

/** What the micro-batches of one optimizer update add up to. */
export interface GradientWindow {
  /** Samples so far. */
  samples: number;
  loss: number;
  /** Steps computed again because float16 overflowed. */
  overflows: number;
  /** Summed by name. */
  readonly grads: ReadonlyMap<string, Float32Array>;
  stepMs: number;
  dataWaitMs: number;
  add: (output: StepOutput, samples: number) => void;
  clear: () => void;
}

/** Makes an empty window for tensors of these names and sizes. */
export function createWindow(trainable: ReadonlyMap<string, Float32Array>): GradientWindow {
  const grads = new Map([...trainable].map(([name, { length }]) => [name, new Float32Array(length)]));
  const window: GradientWindow = {
    samples: 0,
    loss: 0,
    overflows: 0,
    grads,
    stepMs: 0,
    dataWaitMs: 0,
    add: (output, samples) => {
      window.samples += samples;
      window.loss += output.loss;
      window.overflows += output.overflows ?? 0;
      for (const [name, total] of grads) {
        const grad = output.grads.get(name);
        if (grad === undefined) throw new Error(`Expected a gradient of "${name}", found none.`);
        for (let i = 0; i < total.length; i++) total[i] = total[i]! + grad[i]!;
      }
    },
    clear: () => {
      Object.assign(window, { samples: 0, loss: 0, overflows: 0, stepMs: 0, dataWaitMs: 0 });
      for (const total of grads.values()) total.fill(0);
    },
  };
  return window;
}
