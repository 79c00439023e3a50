import type { Precision } from '@eyegazer/core';

/** What is measured: a base model, a batch, the micro-batches it is split into, and how they are computed. */
export interface StepCase {
  name: string;
  model: 'deit-tiny' | 'vit-base' | 'vit-large';
  batch: number;
  microBatch: number;
  /** 'fp32' when left out. */
  precision?: Precision;
}

export const stepCases: readonly StepCase[] = [
  { name: 'DeiT-tiny 32', model: 'deit-tiny', batch: 32, microBatch: 32 },
  { name: 'DeiT-tiny 4x8', model: 'deit-tiny', batch: 32, microBatch: 8 },
  { name: 'ViT-B 8', model: 'vit-base', batch: 8, microBatch: 8 },
  { name: 'ViT-B 2x4', model: 'vit-base', batch: 8, microBatch: 4 },
  { name: 'ViT-B 8 int8', model: 'vit-base', batch: 8, microBatch: 8, precision: 'int8' },
  { name: 'ViT-B 8 int4', model: 'vit-base', batch: 8, microBatch: 8, precision: 'int4' },
  { name: 'ViT-L 2', model: 'vit-large', batch: 2, microBatch: 2 },
];

/** The cases of these names; all when there are none. @throws Error naming a case that does not exist */
export function findCases(names: readonly string[]): readonly StepCase[] {
  if (names.length === 0) return stepCases;
  return names.map((name) => {
    const found = stepCases.find((each) => each.name === name);
    if (found === undefined) throw new Error(`Expected one of "${stepCases.map((each) => each.name).join('", "')}", got "${name}".`);
    return found;
  });
}
