import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { crossEntropy } from '../losses/cross-entropy.js';
import { meanSquaredError } from '../losses/mean-squared-error.js';
import { smoothL1 } from '../losses/smooth-l1.js';
import type { HeadSpec } from './head-spec.js';

export interface LossInputs {
  /** Shape: [B, K] */
  logits: Tensor2D;
  /** Shape: [B, K]; one-hot rows for a classification head. */
  targets: Tensor2D;
  /** Shape: [B, 1] */
  weights: Tensor2D;
}

/** The weighted sum of the samples' losses. */
export function vitLoss({ logits, targets, weights }: LossInputs, head: HeadSpec): Scalar {
  switch (head.loss) {
    case 'crossEntropy':
      return crossEntropy(logits, targets, weights);
    case 'mse':
      return meanSquaredError(logits, targets, weights);
    case 'smoothL1':
      return smoothL1(logits, targets, weights);
    default:
      return head satisfies never;
  }
}

/**
 * Targets as the loss takes them: one-hot rows for class ids, the grade itself for regression; rows beyond are zero.
 * Shape: targets [n] -> [batch, numOutputs]
 */
export function encodeTargets(targets: ArrayLike<number>, { head, batch }: { head: HeadSpec; batch: number }): Float32Array {
  const K = head.numOutputs;
  const encoded = new Float32Array(batch * K);
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i] ?? 0;
    if (head.kind === 'regression') encoded.fill(target, i * K, (i + 1) * K);
    else encoded[i * K + target] = 1;
  }
  return encoded;
}
