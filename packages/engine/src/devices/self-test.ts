/**
 * Whether a device computes what PyTorch does: one training step of a tiny ViT with LoRA, whose loss, logits and gradients
 * PyTorch and PEFT computed. The folder `self-test` of this package is written by tests/fixtures/scripts/make-self-test.ts.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, type DeviceId, type Precision } from '@eyegazer/core';
import { loadBaseModel, parseSafetensors, type SafetensorsBytes } from '@eyegazer/formats';
import type { HeadSpec, LoraAdaptation } from '@eyegazer/model';
import { createTrainSession } from '../session/create-session.js';
import type { StepOutput } from '../session/train-session.js';

export interface SelfTestResult {
  /** The largest absolute difference from PyTorch's value, over the loss, the logits and every gradient. */
  maxError: number;
  /** Why a GPU cannot train in float16; null when it can. On a CPU nothing does. */
  halfPrecisionFailure: string | null;
}

const folder = fileURLToPath(new URL('../../self-test', import.meta.url));
const adaptation: LoraAdaptation = { method: 'lora', r: 2, loraAlpha: 4, loraDropout: 0, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null };
const head: HeadSpec = { kind: 'multiclass', numOutputs: 3, loss: 'crossEntropy' };

/** What rounding leaves of float32 on any device; products whose operands were rounded to 11 bits, as TF32 does, differ by more. */
const tolerance = { relative: 1e-3, absolute: 1e-5 };
/** What float16 leaves of the gradients' direction: the norm of what differs, by the norm of them all. */
const halfPrecisionTolerance = 0.05;

/**
 * Runs the step on a device, in float32 and, on a GPU, in float16. A driver may end the process or never come back: not for a process that has anything else to do.
 * @throws AppError UNSUPPORTED when the device cannot be used, or computes something else
 */
export async function runSelfTest(device: DeviceId): Promise<SelfTestResult> {
  const path = join(folder, 'step.safetensors');
  const expected = parseSafetensors(await readFile(path), path);
  const maxError = compareExactly(device, expected, await runStep(device, expected, 'fp32'));
  return { maxError, halfPrecisionFailure: device === 'cpu' ? 'a CPU computes float16 by way of float32' : await tryHalfPrecision(device, expected) };
}

async function runStep(device: DeviceId, expected: SafetensorsBytes, precision: Precision): Promise<StepOutput> {
  const trainable = new Map(
    [...expected.tensors.keys()].filter((name) => name.startsWith('trainable ')).map((name) => [name.slice('trainable '.length), expected.readTensor(name)]),
  );
  const labels = expected.readTensor('labels');
  const session = await createTrainSession({ model: await loadBaseModel(folder), head, adaptation, microBatch: labels.length, engine: 'traced', device, precision });
  try {
    return await session.step({ pixels: expected.readTensor('pixels'), targets: labels, sampleWeights: labels.map(() => 1 / labels.length), dropout: null, trainable });
  } finally {
    await session.dispose();
  }
}

/** Answers the largest difference. @throws AppError UNSUPPORTED when there is one that rounding does not explain */
function compareExactly(device: DeviceId, expected: SafetensorsBytes, output: StepOutput): number {
  let maxError = 0;
  for (const [name, values] of namedResults(output)) {
    for (const [i, want] of expected.readTensor(name).entries()) {
      const error = Math.abs((values[i] ?? Number.NaN) - want);
      if (!(error <= tolerance.absolute + tolerance.relative * Math.abs(want))) {
        throw new AppError('UNSUPPORTED', `${device}: the self-test expected ${want} in its ${name}, as PyTorch computes it, got ${values[i]}. ${device === 'cpu' ? 'Bring the installation back with `npm ci`.' : "Update the GPU's driver, or use another device."}`);
      }
      maxError = Math.max(maxError, error);
    }
  }
  return maxError;
}

async function tryHalfPrecision(device: DeviceId, expected: SafetensorsBytes): Promise<string | null> {
  try {
    let [differences, squares] = [0, 0];
    for (const [name, values] of namedResults(await runStep(device, expected, 'fp16'))) {
      for (const [i, want] of expected.readTensor(name).entries()) {
        differences += ((values[i] ?? Number.NaN) - want) ** 2;
        squares += want ** 2;
      }
    }
    const error = Math.sqrt(differences / squares);
    return error <= halfPrecisionTolerance ? null : `its float16 is off by ${(100 * error).toFixed(1)} % of PyTorch's float32`;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return /requires f16/.test(said) ? 'the GPU or its driver has no float16 for WebGPU' : said;
  }
}

/** By the names of the file. */
function namedResults({ loss, logits, grads }: StepOutput): [string, ArrayLike<number>][] {
  return [['loss', [loss]], ['logits', logits], ...[...grads].map(([name, grad]): [string, Float32Array] => [`gradient ${name}`, grad])];
}
