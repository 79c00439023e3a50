import { createEvalSession, createTrainSession, type SessionOptions, type StepInput } from '@eyegazer/engine';
import { traceTrainStep } from '@eyegazer/model';
import { countOperations, type OperationCount } from './count-operations.js';
import { openBenchModel } from './bench-model.js';
import { adaptation, createInput, head } from './create-input.js';
import { measureGemmRates, nameShape, type GemmRate } from './gemm-rate.js';
import type { StepCase } from './step-cases.js';

export interface CaseResult {
  stepCase: StepCase;
  weights: string;
  /** Trace, encode and make a session of the step. */
  compileMs: number;
  /** Of the whole batch, ascending. */
  stepMs: number[];
  /** Logits of the whole batch, ascending. */
  evaluationMs: number[];
  peakRssBytes: number;
  /** Of the whole batch. */
  operations: OperationCount;
  /** Measured before and after the steps; the better of the two. */
  gemmRates: GemmRate[];
  /** Which of them has the shape of this model's own MLP. */
  ownShape: string;
}

const repetitions = 5;

/** Measures one case in this process. */
export async function measureStep(stepCase: StepCase, threads: number): Promise<CaseResult> {
  const { model, weights, dispose } = await openBenchModel(stepCase.model);
  const { microBatch, batch, precision = 'fp32' } = stepCase;
  const { config } = model;
  const own = { rows: microBatch * ((config.imageSize / config.patchSize) ** 2 + config.numPrefixTokens), widths: [config.hiddenSize, config.intermediateSize] } as const;
  const before = await measureGemmRates(threads, own);
  const options: SessionOptions = { model, adaptation, head, microBatch, engine: 'traced', threads, precision };
  const pieces = Array.from({ length: batch / microBatch }, (_, i) => createInput(model, i * microBatch, stepCase));
  const compilingFrom = performance.now();
  const session = await createTrainSession(options);
  const compileMs = performance.now() - compilingFrom;
  const stepMs = await repeat(async () => {
    for (const piece of pieces) await session.step(piece);
  });
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  await session.dispose();
  const evaluationMs = await measureEvaluation(options, pieces);
  const after = await measureGemmRates(threads, own);
  // Counted in float32, whatever the products are computed in: the work that is asked for.
  const perPiece = countOperations(traceTrainStep({ config: model.config, adaptation, head, batch: microBatch }));
  dispose();
  return {
    stepCase,
    weights,
    compileMs,
    stepMs,
    evaluationMs,
    peakRssBytes,
    operations: {
      linearForward: perPiece.linearForward * pieces.length,
      linearBackward: perPiece.linearBackward * pieces.length,
      attention: perPiece.attention * pieces.length,
      loraAndHead: perPiece.loraAndHead * pieces.length,
    },
    gemmRates: before.map((rate, i) => (rate.flopsPerSecond > (after[i]?.flopsPerSecond ?? 0) ? rate : (after[i] ?? rate))),
    ownShape: nameShape(own),
  };
}

async function measureEvaluation(options: SessionOptions, pieces: readonly StepInput[]): Promise<number[]> {
  const session = await createEvalSession(options);
  const ms = await repeat(async () => {
    for (const { pixels, targets, trainable } of pieces) await session.logits({ pixels, n: targets.length, trainable });
  });
  await session.dispose();
  return ms;
}

/** Milliseconds of five runs after one to warm up, ascending. */
async function repeat(run: () => Promise<void>): Promise<number[]> {
  await run();
  const ms: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const startedAt = performance.now();
    await run();
    ms.push(performance.now() - startedAt);
  }
  return ms.toSorted((a, b) => a - b);
}
