import { AppError } from '@eyegazer/core';
import { countTokens, dropoutOf, drawDropoutRows, encodeTargets, listAdaptedModules, type StepSpec } from '@eyegazer/model';
import type { StepInput, TrainableData } from './train-session.js';

/** A step's inputs as a graph of `batch` samples takes them; samples beyond n are padding of weight 0. */
export interface PackedStep {
  /** Shape: [batch, 3, S, S] */
  pixels: Float32Array;
  /** Shape: [batch, numOutputs] */
  targets: Float32Array;
  /** Shape: [batch, 1] */
  weights: Float32Array;
  /** Shape: [modules, N * batch]; null without dropout */
  dropoutRows: Int32Array | null;
}

/**
 * Checks and pads a micro-batch.
 * @throws AppError INTERNAL naming the input that does not fit
 */
export function packStep(input: StepInput, spec: StepSpec): PackedStep {
  const { batch, head, adaptation, config } = spec;
  const n = input.targets.length;
  expectLength('targets', n, { least: 1, most: batch });
  expectLength('sampleWeights', input.sampleWeights.length, { least: n, most: n });
  const weights = new Float32Array(batch);
  weights.set(input.sampleWeights);
  return {
    pixels: packPixels(input.pixels, n, spec),
    targets: encodeTargets(input.targets, { head, batch }),
    weights,
    dropoutRows: dropoutOf(adaptation) === 0 ? null : packDropoutRows(input, spec, countTokens(config)),
  };
}

/** Pixels of n samples, padded with zeros to the graph's batch; passed through when they fill it. */
export function packPixels(pixels: Float32Array, n: number, { batch, config }: Pick<StepSpec, 'batch' | 'config'>): Float32Array {
  const perSample = config.numChannels * config.imageSize ** 2;
  expectLength('pixels', pixels.length, { least: n * perSample, most: n * perSample });
  if (n === batch) return pixels;
  const padded = new Float32Array(batch * perSample);
  padded.set(pixels);
  return padded;
}

/**
 * Checks that trainable values are those the session was made for.
 * @throws AppError INTERNAL naming the first that is missing or of another size
 */
export function checkTrainable(trainable: TrainableData, shapes: ReadonlyMap<string, readonly number[]>): void {
  for (const [name, shape] of shapes) {
    const size = shape.reduce((product, count) => product * count, 1);
    const got = trainable.get(name)?.length;
    if (got !== size) throw new AppError('INTERNAL', `Expected ${size} trainable values for "${name}", got ${got ?? 'none'}.`);
  }
}

function packDropoutRows({ dropout, targets }: StepInput, spec: StepSpec, tokens: number): Int32Array {
  if (dropout === null) throw new AppError('INTERNAL', `Expected dropout keys for a LoRA dropout of ${dropoutOf(spec.adaptation)}, got null.`);
  expectLength('dropout.sampleIds', dropout.sampleIds.length, { least: targets.length, most: targets.length });
  return drawDropoutRows({ ...dropout, batch: spec.batch, tokens, modules: listAdaptedModules(spec.config, spec.adaptation).length });
}

function expectLength(name: string, length: number, { least, most }: { least: number; most: number }): void {
  if (length >= least && length <= most) return;
  throw new AppError('INTERNAL', `Expected ${name} to hold ${least === most ? least : `${least} to ${most}`} values, got ${length}.`);
}
