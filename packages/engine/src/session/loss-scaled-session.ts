/**
 * Dynamic loss scaling for float16 gradients, with the numbers of torch.amp.GradScaler. The loss is scaled by way of the
 * samples' weights, the gradients are scaled back before anyone sees them.
 *
 * 1. Gradients that are not finite: the scale is halved and the same micro-batch computed again, so no update is left out and
 *    the optimizer, the schedule and the data order are those of any other precision.
 * 2. After 2000 steps in a row without that, the scale is doubled.
 * 3. At a scale of 1 float16 itself is too narrow, or training has diverged: the gradients are handed on as they are, for the
 *    loop to refuse. A loss that is not finite is no matter of its scale and is handed on at once.
 *
 * A scale is a power of two, so scaling to and fro costs no accuracy. Its state is two numbers that belong into a checkpoint.
 * Source: https://docs.pytorch.org/docs/stable/amp.html#torch.amp.GradScaler
 */
import type { StepInput, StepOutput, TrainSession } from './train-session.js';

/** What the next step's scale depends on. */
export interface LossScale {
  scale: number;
  /** Steps in a row without overflow. */
  goodSteps: number;
}

export const initialLossScale: Readonly<LossScale> = { scale: 65_536, goodSteps: 0 };

const growthInterval = 2000;
const leastScale = 1;

/** Wraps a session whose gradients come in float16's range. @param start where to go on from */
export function createLossScaledSession(session: TrainSession, start: Readonly<LossScale> = initialLossScale): TrainSession {
  const lossScale: LossScale = { ...start };
  const step = async (input: StepInput): Promise<StepOutput> => {
    for (let overflows = 0; ; overflows++) {
      const { scale } = lossScale;
      const output = await session.step({ ...input, sampleWeights: Array.from(input.sampleWeights, (weight) => weight * scale) });
      const isGood = areFinite(output.grads);
      if (!isGood && Number.isFinite(output.loss) && scale > leastScale) {
        Object.assign(lossScale, { scale: Math.max(leastScale, scale / 2), goodSteps: 0 });
        continue;
      }
      if (isGood) countGoodStep(lossScale);
      for (const grad of output.grads.values()) for (let i = 0; i < grad.length; i++) grad[i] = grad[i]! / scale;
      return { ...output, loss: output.loss / scale, overflows };
    }
  };
  return { microBatch: session.microBatch, step, lossScale, dispose: session.dispose };
}

function countGoodStep(lossScale: LossScale): void {
  lossScale.goodSteps += 1;
  if (lossScale.goodSteps === growthInterval) Object.assign(lossScale, { scale: lossScale.scale * 2, goodSteps: 0 });
}

function areFinite(grads: ReadonlyMap<string, Float32Array>): boolean {
  for (const grad of grads.values()) for (const value of grad) if (!Number.isFinite(value)) return false;
  return true;
}
