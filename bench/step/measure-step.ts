import { createRandomKey, randomNormal } from '@eyegazer/core';
import { createTrainSession, type StepInput } from '@eyegazer/engine';
import type { BaseModel } from '@eyegazer/formats';
import { createTrainableTensors, traceTrainStep, type HeadSpec, type LoraAdaptation } from '@eyegazer/model';
import { countOperations, type OperationCount } from './count-operations.js';
import { openBenchModel } from './bench-model.js';
import { measureGemmRates, type GemmRate } from './gemm-rate.js';
import type { StepCase } from './step-cases.js';

export interface CaseResult {
  stepCase: StepCase;
  weights: string;
  /** Of the whole batch, ascending. */
  stepMs: number[];
  peakRssBytes: number;
  /** Of the whole batch. */
  operations: OperationCount;
  /** Measured before and after the steps; the better of the two. */
  gemmRates: GemmRate[];
}

const adaptation: LoraAdaptation = { method: 'lora', r: 16, loraAlpha: 16, loraDropout: 0.1, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null };
const head: HeadSpec = { kind: 'multiclass', numOutputs: 5, loss: 'crossEntropy' };
const repetitions = 5;

/** Measures one case in this process. */
export async function measureStep(stepCase: StepCase, threads: number): Promise<CaseResult> {
  const { model, weights, dispose } = await openBenchModel(stepCase.model);
  const before = await measureGemmRates(threads);
  const { microBatch, batch } = stepCase;
  const session = await createTrainSession({ model, adaptation, head, microBatch, engine: 'traced', threads });
  const pieces = Array.from({ length: batch / microBatch }, (_, i) => createInput(model, i * microBatch, stepCase));
  const step = async (): Promise<number> => {
    const startedAt = performance.now();
    for (const piece of pieces) await session.step(piece);
    return performance.now() - startedAt;
  };
  await step();
  const stepMs: number[] = [];
  for (let i = 0; i < repetitions; i++) stepMs.push(await step());
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  await session.dispose();
  const after = await measureGemmRates(threads);
  const perPiece = countOperations(traceTrainStep({ config: model.config, adaptation, head, batch: microBatch }));
  dispose();
  return {
    stepCase,
    weights,
    stepMs: stepMs.sort((a, b) => a - b),
    peakRssBytes,
    operations: Object.fromEntries(Object.entries(perPiece).map(([part, count]) => [part, count * pieces.length])) as OperationCount,
    gemmRates: before.map((rate, i) => (rate.flopsPerSecond > (after[i]?.flopsPerSecond ?? 0) ? rate : (after[i] ?? rate))),
  };
}

/** Random images, B off zero so that nothing is skipped by being zero. */
function createInput(model: BaseModel, firstSample: number, { microBatch, batch }: StepCase): StepInput {
  const { imageSize, numChannels } = model.config;
  const key = createRandomKey(1, 'pixels', firstSample);
  const pixels = Float32Array.from({ length: microBatch * numChannels * imageSize ** 2 }, (_, i) => randomNormal(key, i));
  const tensors = createTrainableTensors(model.config, { adaptation, head, seed: 1 });
  for (const [name, { data }] of tensors) {
    const ownKey = createRandomKey(2, name);
    if (name.includes('lora_B')) data.forEach((_, i) => (data[i] = 0.02 * randomNormal(ownKey, i)));
  }
  const samples = Array.from({ length: microBatch }, (_, i) => firstSample + i);
  return {
    pixels,
    targets: samples.map((sample) => sample % head.numOutputs),
    sampleWeights: samples.map(() => 1 / batch),
    dropout: { seed: 1, update: 0, sampleIds: samples },
    trainable: new Map([...tensors].map(([name, { data }]) => [name, data])),
  };
}
