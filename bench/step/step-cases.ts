/** What is measured: a base model, a batch, and the micro-batches it is split into. */
export interface StepCase {
  name: string;
  model: 'deit-tiny' | 'vit-base' | 'vit-large';
  batch: number;
  microBatch: number;
}

export const stepCases: readonly StepCase[] = [
  { name: 'DeiT-tiny 32', model: 'deit-tiny', batch: 32, microBatch: 32 },
  { name: 'DeiT-tiny 4x8', model: 'deit-tiny', batch: 32, microBatch: 8 },
  { name: 'ViT-B 8', model: 'vit-base', batch: 8, microBatch: 8 },
  { name: 'ViT-B 2x4', model: 'vit-base', batch: 8, microBatch: 4 },
];
