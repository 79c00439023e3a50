import { fileURLToPath } from 'node:url';

export const demoTag = 'demo';

export const demoDataset: { name: string; imageSize: number; classCounts: [number, number, number, number, number]; holdout: number; seed: number } = {
  name: 'fundus-demo',
  imageSize: 96,
  classCounts: [180, 90, 135, 90, 105],
  holdout: 0.2,
  seed: 42,
};

/** A small ViT that knows lesions and no grades; its card says what it was trained on. */
export const demoModel = { name: 'eyegazer/vit-nano-fundus', folder: fileURLToPath(new URL('../../assets/vit-nano-fundus', import.meta.url)) };

/** Chosen by trying, with bench/demo. Every linear layer gets an adapter: the model is small, and has to learn to count. */
export const demoConfig = {
  name: 'demo / fundus / 5-class',
  dataset: demoDataset.name,
  model: { base: demoModel.name },
  adapter: { r: 16, alpha: 64, dropout: 0, targetModules: 'all-linear' },
  training: { epochs: 6, effectiveBatch: 16, learningRate: 7.5e-4, schedule: 'cosine', augment: { preset: 'none', flip: 0.5, verticalFlip: 0.5 } },
  tags: [demoTag],
};
