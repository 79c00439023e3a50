import { createTrainSession } from '@eyegazer/engine';
import { traceTrainStep } from '@eyegazer/model';
import { countOperations, type OperationCount } from './count-operations.js';
import { openBenchModel } from './bench-model.js';
import { adaptation, createInput, head } from './create-input.js';
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
