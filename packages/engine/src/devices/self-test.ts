/**
 * Whether a device computes what PyTorch does: one training step of a tiny ViT with LoRA, whose loss, logits and gradients
 * PyTorch and PEFT computed. The folder `self-test` of this package is written by tests/fixtures/scripts/make-self-test.ts.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, type DeviceId } from '@eyegazer/core';
import { loadBaseModel, parseSafetensors } from '@eyegazer/formats';
import type { HeadSpec, LoraAdaptation } from '@eyegazer/model';
import { createTrainSession } from '../session/create-session.js';
import type { StepOutput } from '../session/train-session.js';

export interface SelfTestResult {
  /** The largest absolute difference from PyTorch's value, over the loss, the logits and every gradient. */
  maxError: number;
}

const folder = fileURLToPath(new URL('../../self-test', import.meta.url));
const adaptation: LoraAdaptation = { method: 'lora', r: 2, loraAlpha: 4, loraDropout: 0, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null };
const head: HeadSpec = { kind: 'multiclass', numOutputs: 3, loss: 'crossEntropy' };

/** What rounding leaves of float32 on any device; products whose operands were rounded to 11 bits, as TF32 does, differ by more. */
const tolerance = { relative: 1e-3, absolute: 1e-5 };

/**
 * Runs the step on a device. A driver may end the process or never come back: not for a process that has anything else to do.
 * @throws AppError UNSUPPORTED when the device cannot be used, or computes something else
 */
export async function runSelfTest(device: DeviceId): Promise<SelfTestResult> {
  const path = join(folder, 'step.safetensors');
  const expected = parseSafetensors(await readFile(path), path);
  const trainable = new Map(
    [...expected.tensors.keys()].filter((name) => name.startsWith('trainable ')).map((name) => [name.slice('trainable '.length), expected.readTensor(name)]),
  );
  const labels = expected.readTensor('labels');
  const session = await createTrainSession({ model: await loadBaseModel(folder), head, adaptation, microBatch: labels.length, engine: 'traced', device });
  const output = await session.step({
    pixels: expected.readTensor('pixels'),
    targets: labels,
    sampleWeights: labels.map(() => 1 / labels.length),
    dropout: null,
    trainable,
  });
  await session.dispose();

  let maxError = 0;
  for (const [name, values] of namedResults(output)) {
    for (const [i, want] of expected.readTensor(name).entries()) {
      const error = Math.abs((values[i] ?? Number.NaN) - want);
      if (!(error <= tolerance.absolute + tolerance.relative * Math.abs(want))) {
        throw new AppError('UNSUPPORTED', `${device}: the self-test expected ${want} in its ${name}, as PyTorch computes it, got ${values[i]}. Update the GPU's driver, or use another device.`);
      }
      maxError = Math.max(maxError, error);
    }
  }
  return { maxError };
}

/** By the names of the file. */
function namedResults({ loss, logits, grads }: StepOutput): [string, ArrayLike<number>][] {
  return [['loss', [loss]], ['logits', logits], ...[...grads].map(([name, grad]): [string, Float32Array] => [`gradient ${name}`, grad])];
}
