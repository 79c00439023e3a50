import type { BatchPiece } from './batch-piece.js';

/** Every sample of a split once, in order, `microBatch` at a time (the last piece may be smaller): one window, update 0. */
export function* evaluationPieces({ sampleCount, microBatch }: { sampleCount: number; microBatch: number }): Iterable<BatchPiece> {
  for (let start = 0; start < sampleCount; start += microBatch) {
    const end = Math.min(start + microBatch, sampleCount);
    const positions = Array.from({ length: end - start }, (_, i) => start + i);
    yield { update: 0, epoch: 0, positions, windowSize: sampleCount, sampleWeights: positions.map(() => 1 / sampleCount), endsWindow: end === sampleCount };
  }
}
