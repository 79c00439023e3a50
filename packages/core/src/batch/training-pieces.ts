import { createRandomKey, randomUniform } from '../random/counter-random.js';
import type { BatchPiece } from './batch-piece.js';
import { splitWindow } from './split-window.js';

export interface TrainingPiecesOptions {
  /** Samples of the training split. */
  sampleCount: number;
  /** Class of each sample, `labels.length = sampleCount`; only the balanced sampler and class weights read it. */
  labels: ArrayLike<number>;
  effectiveBatch: number;
  microBatch: number;
  epochs: number;
  seed: number;
  /** `shuffle`: every sample once an epoch. `balanced`: as many draws an epoch, with replacement, every class equally likely. */
  sampler: 'shuffle' | 'balanced';
  /** What a class counts in the loss; null: all the same. */
  classWeights?: readonly number[] | null;
  /** First optimizer update to give, for a run that goes on from a checkpoint. */
  startUpdate?: number;
}

/**
 * The micro-batches of a run, in order, one epoch's order in memory at a time. Which samples an update sees depends on
 * the seed and the effective batch alone: the micro-batch only cuts windows into pieces. The last window of an epoch
 * holds what is left and counts its real size. With class weights a sample's loss counts w_y / sum of w over its window, as
 * PyTorch's CrossEntropyLoss(weight) has it for a batch of the window's size.
 */
export function* trainingPieces(options: TrainingPiecesOptions): Iterable<BatchPiece> {
  const { sampleCount, effectiveBatch, microBatch, epochs, startUpdate = 0 } = options;
  const perEpoch = Math.ceil(sampleCount / effectiveBatch);
  let update = startUpdate;
  for (let epoch = Math.floor(startUpdate / perEpoch); epoch < epochs; epoch++) {
    const order = options.sampler === 'balanced' ? drawBalanced(options, epoch) : shuffle(options, epoch);
    for (let start = (update - epoch * perEpoch) * effectiveBatch; start < sampleCount; start += effectiveBatch) {
      const windowSize = Math.min(effectiveBatch, sampleCount - start);
      const sizes = splitWindow(windowSize, microBatch);
      const weights = weighSamples(order.subarray(start, start + windowSize), options);
      let from = start;
      for (const [i, size] of sizes.entries()) {
        const positions = Array.from(order.subarray(from, from + size));
        const sampleWeights = weights.slice(from - start, from - start + size);
        yield { update, epoch, positions, windowSize, sampleWeights, endsWindow: i === sizes.length - 1 };
        from += size;
      }
      update++;
    }
  }
}

function weighSamples(window: Uint32Array, { labels, classWeights }: TrainingPiecesOptions): number[] {
  if (classWeights == null) return Array.from(window, () => 1 / window.length);
  const weights = Array.from(window, (position) => classWeights[labels[position]!] ?? 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Fisher-Yates. */
function shuffle({ sampleCount, seed }: TrainingPiecesOptions, epoch: number): Uint32Array {
  const key = createRandomKey(seed, 'shuffle', epoch);
  const order = Uint32Array.from({ length: sampleCount }, (_, i) => i);
  for (let i = sampleCount - 1; i > 0; i--) {
    const j = Math.floor(randomUniform(key, i) * (i + 1));
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}

function drawBalanced({ sampleCount, labels, seed }: TrainingPiecesOptions, epoch: number): Uint32Array {
  const key = createRandomKey(seed, 'balanced', epoch);
  const byClass = new Map<number, number[]>();
  for (let i = 0; i < sampleCount; i++) {
    const members = byClass.get(labels[i]!);
    if (members) members.push(i);
    else byClass.set(labels[i]!, [i]);
  }
  const classes = [...byClass].sort(([a], [b]) => a - b).map(([, members]) => members);
  return Uint32Array.from({ length: sampleCount }, (_, draw) => {
    const members = classes[Math.floor(randomUniform(key, 2 * draw) * classes.length)]!;
    return members[Math.floor(randomUniform(key, 2 * draw + 1) * members.length)]!;
  });
}
