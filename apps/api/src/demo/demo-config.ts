export const demoTag = 'demo';

export const demoDataset: { name: string; imageSize: number; classCounts: [number, number, number, number, number]; holdout: number; seed: number } = {
  name: 'fundus-demo',
  imageSize: 96,
  classCounts: [120, 60, 90, 60, 70],
  holdout: 0.2,
  seed: 42,
};

export const demoModel = { name: 'eyegazer/vit-nano-fundus', seed: 42 };

/** Chosen by trying: on random weights an adapter has to do all the work, so every linear layer gets one and the rate is high. */
export const demoConfig = {
  name: 'demo / fundus / 5-class',
  dataset: demoDataset.name,
  model: { base: demoModel.name },
  adapter: { r: 8, alpha: 16, dropout: 0, targetModules: ['query', 'key', 'value', 'attention.output.dense', 'intermediate.dense', 'output.dense'] },
  training: { epochs: 20, effectiveBatch: 16, learningRate: 2e-3, schedule: 'cosine', warmupRatio: 0.1, augment: { preset: 'none' }, seed: 42 },
  tags: [demoTag],
};
