import type { ExperimentConfig } from './experiment-config.js';

export interface Contradiction {
  /** Of the value that is to be changed. */
  path: string;
  message: string;
}

/** Pairs of settings that cannot both hold, whatever the dataset and the base model are. */
export function findContradictions({ task, adapter, images, training, resources }: ExperimentConfig): Contradiction[] {
  const found: Contradiction[] = [];
  const { precision, classWeights } = training;
  if (adapter.method === 'full' && (precision === 'int8' || precision === 'int4')) {
    found.push({
      path: 'training.precision',
      message: `expected "auto", "fp32" or "fp16" with adapter.method "full", got "${precision}": only frozen weights can be kept in ${precision}, and none is frozen`,
    });
  }
  if (precision === 'fp16' && resources.device === 'cpu') {
    found.push({ path: 'training.precision', message: 'expected "auto", "fp32", "int8" or "int4" with resources.device "cpu", got "fp16": it is for GPUs' });
  }
  if (classWeights !== 'none' && task.kind === 'regression') {
    found.push({ path: 'training.classWeights', message: `expected "none" with task.kind "regression", which has no classes, got ${JSON.stringify(classWeights)}` });
  }
  if (images.circularMask && !images.cropToDisc) {
    found.push({ path: 'images.circularMask', message: 'expected false without images.cropToDisc, which finds the disc, got true' });
  }
  return found;
}
