import { AppError } from '../errors/app-error.js';

export interface ClassWeightsOptions {
  /** `balanced`: n / (K * n_k) for n samples, K classes that occur and n_k samples of class k. */
  setting: 'none' | 'balanced' | readonly number[];
  /** Classes the head tells apart. */
  classCount: number;
  /** Class of each training sample, as the head learns it. */
  targets: ArrayLike<number>;
}

/**
 * What each class counts in the loss, as `weight` of PyTorch's CrossEntropyLoss; null: all the same.
 * A class without a training sample weighs 0 when balanced: no sample could ever use its weight.
 * Source: scikit-learn, `compute_class_weight`.
 * @throws AppError BAD_CONFIG when the weights given are not one positive number per class
 */
export function resolveClassWeights({ setting, classCount, targets }: ClassWeightsOptions): readonly number[] | null {
  if (setting === 'none') return null;
  if (setting === 'balanced') {
    const counts = Array<number>(classCount).fill(0);
    for (let i = 0; i < targets.length; i++) counts[targets[i]!]!++;
    const present = counts.filter((count) => count > 0).length;
    return counts.map((count) => (count === 0 ? 0 : targets.length / (present * count)));
  }
  const path = 'training.classWeights';
  if (setting.length !== classCount) {
    throw new AppError('BAD_CONFIG', `${path}: expected one number for each of the ${classCount} classes, got ${setting.length}. Give ${classCount} numbers, or "balanced".`, { path });
  }
  const odd = setting.find((weight) => !(weight > 0 && Number.isFinite(weight)));
  if (odd !== undefined) throw new AppError('BAD_CONFIG', `${path}: expected numbers above 0, got ${odd}. Leave a class out by leaving out its images.`, { path });
  return setting;
}
