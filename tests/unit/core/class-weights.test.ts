import assert from 'node:assert/strict';
import { isDecayed, resolveClassWeights, trainingPieces } from '@eyegazer/core';

describe('class weights', () => {
  const targets = [0, 0, 0, 0, 0, 0, 1, 1, 3];

  it('balanced are those of scikit-learn: n / (K * count), K the classes that occur', () => {
    // compute_class_weight('balanced', classes=[0, 1, 3], y=targets)
    assert.deepEqual(resolveClassWeights({ setting: 'balanced', classCount: 4, targets }), [0.5, 1.5, 0, 3]);
  });

  it('are taken as given, and none means none', () => {
    assert.deepEqual(resolveClassWeights({ setting: [1, 2, 3, 4], classCount: 4, targets }), [1, 2, 3, 4]);
    assert.equal(resolveClassWeights({ setting: 'none', classCount: 4, targets }), null);
  });

  it('refuses another number of weights, and a weight that is not above 0', () => {
    const refuses = (setting: number[], message: RegExp): void => {
      assert.throws(() => resolveClassWeights({ setting, classCount: 4, targets }), { name: 'AppError', code: 'BAD_CONFIG', message });
    };
    refuses([1, 2], /training\.classWeights: expected one number for each of the 4 classes, got 2/);
    refuses([1, 0, 1, 1], /expected numbers above 0, got 0/);
    refuses([1, Number.NaN, 1, 1], /expected numbers above 0, got NaN/);
  });

  it('make each sample count w_y / sum of w over its whole window, whatever the micro-batch', () => {
    const classWeights = [0.5, 1.5, 0, 3];
    for (const microBatch of [1, 2, 4]) {
      const pieces = [...trainingPieces({ sampleCount: 9, labels: targets, effectiveBatch: 4, microBatch, epochs: 2, seed: 3, sampler: 'shuffle', classWeights })];
      for (const update of [0, 1, 2, 3, 4, 5]) {
        const window = pieces.filter((piece) => piece.update === update);
        const weights = window.flatMap(({ positions }) => positions.map((position) => classWeights[targets[position]!]!));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        assert.deepEqual(window.flatMap(({ sampleWeights }) => sampleWeights), weights.map((weight) => weight / total));
        for (const { sampleWeights, positions } of window) assert.equal(sampleWeights.length, positions.length);
      }
    }
  });

  it('left out, every sample counts 1 / window size', () => {
    const pieces = trainingPieces({ sampleCount: 9, labels: targets, effectiveBatch: 4, microBatch: 3, epochs: 1, seed: 3, sampler: 'shuffle' });
    assert.deepEqual([...pieces].map(({ sampleWeights }) => sampleWeights), [[0.25, 0.25], [0.25, 0.25], [0.25, 0.25], [0.25, 0.25], [1]]);
  });
});

describe('weight decay', () => {
  it("spares what Transformers' Trainer spares: biases and norms", () => {
    const spared = ['base_model.model.classifier.bias', 'encoder.layer.0.layernorm_before.weight', 'encoder.layer.1.layernorm_after.bias', 'layernorm.weight', 'encoder.layer.0.norm1.weight', 'embeddings.patch_embeddings.projection.bias'];
    const decayed = ['base_model.model.classifier.weight', 'base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight', 'embeddings.cls_token', 'embeddings.position_embeddings', 'encoder.layer.0.layer_scale1.lambda1', 'encoder.layer.0.output.dense.weight'];
    for (const name of spared) assert.equal(isDecayed(name), false, name);
    for (const name of decayed) assert.equal(isDecayed(name), true, name);
  });

  it('spares the suffixes it is told, and then nothing else', () => {
    assert.equal(isDecayed('classifier.bias', []), true);
    assert.equal(isDecayed('layernorm.weight', ['bias']), true);
    assert.equal(isDecayed('classifier.bias', ['bias']), false);
  });
});
