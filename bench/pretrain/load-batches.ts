import { createRandomKey, evaluationPieces, randomUint32, trainingPieces, type BatchPiece, type LoadedPiece } from '@eyegazer/core';
import { pixelMean } from './model-files.js';
import { mirrorLabel, type LabelledImage, type Stage } from './planted-lesions.js';

export interface Batching {
  stage: Stage;
  /** Side in pixels. */
  size: number;
  batch: number;
}
interface Mirror {
  across: boolean;
  down: boolean;
}

/** Shuffled batches; every image is mirrored afresh in each epoch, its class with it. */
export async function* trainingBatches(images: readonly LabelledImage[], { epochs, seed, ...batching }: Batching & { epochs: number; seed: number }): AsyncIterable<LoadedPiece> {
  const { batch } = batching;
  const labels = images.map(({ label }) => label);
  for (const piece of trainingPieces({ sampleCount: images.length, labels, effectiveBatch: batch, microBatch: batch, epochs, seed, sampler: 'shuffle' })) {
    const key = createRandomKey(seed, 'mirror', piece.epoch);
    const mirrorOf = (position: number): Mirror => ({ across: (randomUint32(key, position) & 1) === 1, down: (randomUint32(key, position) & 2) === 2 });
    yield loadPiece(images, { ...batching, piece, mirrorOf });
  }
}

/** Every image once, in order, as it is. */
export function* evaluationBatches(images: readonly LabelledImage[], batching: Batching): Iterable<LoadedPiece> {
  for (const piece of evaluationPieces({ sampleCount: images.length, microBatch: batching.batch })) {
    yield loadPiece(images, { ...batching, piece, mirrorOf: () => ({ across: false, down: false }) });
  }
}

function loadPiece(images: readonly LabelledImage[], { stage, size, piece, mirrorOf }: Batching & { piece: BatchPiece; mirrorOf: (position: number) => Mirror }): LoadedPiece {
  const n = piece.positions.length;
  const plane = size * size;
  const pixels = new Float32Array(n * 3 * plane);
  const targets = new Float32Array(n);
  for (const [slot, position] of piece.positions.entries()) {
    const mirror = mirrorOf(position);
    const { label, data } = images[position];
    targets[slot] = mirrorLabel(stage, label, mirror);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const from = 3 * ((mirror.down ? size - 1 - y : y) * size + (mirror.across ? size - 1 - x : x));
        for (let c = 0; c < 3; c++) pixels[(3 * slot + c) * plane + y * size + x] = (data[from + c] / 255 - pixelMean) / pixelMean;
      }
    }
  }
  return { ...piece, pixels, targets };
}
