import { AppError, evaluationPieces, type ImageSteps, type LoadedPiece, type ResolvedTask } from '@eyegazer/core';
import { createLoader, type DatasetVersion } from '@eyegazer/data';
import type { EvalSession, TrainableData } from '@eyegazer/engine';
import type { BaseModel } from '@eyegazer/formats';

/** Computes the outputs of the whole held-out split. */
export interface Evaluator {
  /** One row of outputs per held-out image, in the split's order. @throws AppError CANCELLED after an abort */
  readonly computeLogits: (session: EvalSession, trainable: TrainableData) => Promise<Float32Array[]>;
}

/** Pixels of a split up to this size stay in memory between evaluations. */
const mostKeptBytes = 256 * 1024 * 1024;

/** @param options.cacheFolder of prepared images */
export function createEvaluator(options: { version: DatasetVersion; model: BaseModel; task: ResolvedTask; steps: ImageSteps; microBatch: number; cacheFolder: string; signal: AbortSignal }): Evaluator {
  const { version, model, task, steps, microBatch, cacheFolder, signal } = options;
  const sampleCount = version.eval.length;
  const { imageSize } = model.config;
  const fits = sampleCount * 3 * imageSize * imageSize * Float32Array.BYTES_PER_ELEMENT <= mostKeptBytes;
  let kept: LoadedPiece[] | null = null;

  async function* loadPieces(): AsyncIterable<LoadedPiece> {
    if (kept) {
      yield* kept;
      return;
    }
    const pieces: LoadedPiece[] = [];
    const loader = createLoader({
      version,
      split: 'eval',
      pieces: evaluationPieces({ sampleCount, microBatch }),
      task,
      imageSize,
      preprocessor: model.preprocessor,
      augment: 'none',
      steps,
      seed: 0,
      cacheFolder,
      memoryBytes: 0,
      signal,
    });
    for await (const piece of loader) {
      if (fits) pieces.push(piece);
      yield piece;
    }
    if (fits) kept = pieces;
  }

  return {
    async computeLogits(session, trainable) {
      const rows: Float32Array[] = [];
      for await (const { pixels, positions } of loadPieces()) {
        if (signal.aborted) throw new AppError('CANCELLED');
        const n = positions.length;
        const logits = await session.logits({ pixels, n, trainable });
        const outputs = logits.length / n;
        for (let i = 0; i < n; i++) rows.push(logits.slice(i * outputs, (i + 1) * outputs));
      }
      return rows;
    },
  };
}
