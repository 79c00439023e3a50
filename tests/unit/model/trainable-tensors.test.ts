import assert from 'node:assert/strict';
import { classifierTensorNames as headNames, type ViTConfig } from '@eyegazer/formats';
import { createTrainableTensors, listAdaptedModules, loadTrainableTensors, type LoraAdaptation } from '@eyegazer/model';
import { tinySession } from '../engine/tiny-model.js';

const config: ViTConfig = {
  architectures: [], hiddenSize: 64, numHiddenLayers: 3, numAttentionHeads: 4, intermediateSize: 128, imageSize: 32, patchSize: 16,
  numChannels: 3, layerNormEps: 1e-12, qkvBias: true, hiddenAct: 'gelu', initializerRange: 0.02, modelType: 'vit', numPrefixTokens: 1, hasLayerScale: false, headInput: 'classToken',
};
const lora: LoraAdaptation = { method: 'lora', r: 8, loraAlpha: 16, loraDropout: 0, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null };
const head = { kind: 'multiclass', numOutputs: 5, loss: 'crossEntropy' } as const;

describe('trainable tensors', () => {
  it('have the names and shapes PEFT writes', () => {
    const tensors = createTrainableTensors(config, { adaptation: lora, head, seed: 1 });
    assert.equal(tensors.size, 3 * 2 * 2 + 2);
    assert.deepEqual(tensors.get('base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight')?.shape, [8, 64]);
    assert.deepEqual(tensors.get('base_model.model.vit.encoder.layer.2.attention.attention.value.lora_B.weight')?.shape, [64, 8]);
    assert.deepEqual(tensors.get(headNames.weight)?.shape, [5, 64]);
    assert.deepEqual(tensors.get(headNames.bias)?.shape, [5]);
  });

  it('start as PEFT and Transformers start them', () => {
    const tensors = createTrainableTensors(config, { adaptation: { ...lora, r: 64 }, head: { ...head, numOutputs: 200 }, seed: 1 });
    const a = tensors.get('base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight')!.data;
    const bound = 1 / Math.sqrt(64);
    assert.ok(a.every((value) => Math.abs(value) <= bound));
    assert.ok(Math.abs(meanSquare(a) - bound ** 2 / 3) < 0.05 * bound ** 2, 'uniform variance');
    assert.ok(Math.abs(a.filter((value) => value < -bound / 2).length / a.length - 0.25) < 0.03, 'a quarter in each quarter');
    assert.ok(tensors.get('base_model.model.vit.encoder.layer.0.attention.attention.query.lora_B.weight')!.data.every((value) => value === 0));
    const weight = tensors.get(headNames.weight)!.data;
    const beyond = (sigmas: number): number => weight.filter((value) => Math.abs(value) > sigmas * 0.02).length / weight.length;
    assert.ok(Math.abs(meanSquare(weight) / 0.02 ** 2 - 1) < 0.05, 'variance');
    assert.ok(Math.abs(weight.reduce((sum, value) => sum + value, 0) / weight.length) < 0.0008, 'mean');
    // of a normal: 31.7 % beyond one standard deviation, 4.6 % beyond two, 0.3 % beyond three; nothing is cut
    assert.ok(Math.abs(beyond(1) - 0.3173) < 0.016 && Math.abs(beyond(2) - 0.0455) < 0.008, `${beyond(1)} and ${beyond(2)}`);
    assert.ok(beyond(3) > 0.0005 && beyond(3) < 0.006, `${beyond(3)}`);
    assert.ok(tensors.get(headNames.bias)!.data.every((value) => value === 0));
  });

  it('are, for full, the base model and a fresh head; for head, the head alone', async () => {
    const { model } = await tinySession();
    const full = await loadTrainableTensors(model, { adaptation: { method: 'full' }, head, seed: 1 });
    const fresh = createTrainableTensors(model.config, { adaptation: { method: 'head' }, head, seed: 1 });
    assert.deepEqual([...fresh.keys()].sort(), Object.values(headNames).sort());
    for (const [name, { data }] of fresh) assert.deepEqual(full.get(name)?.data, data);
    assert.equal(full.size, model.tensors.size + 2);
    for (const [name, { shape }] of model.tensors) {
      assert.deepEqual(full.get(name)!.shape, shape);
      assert.deepEqual(full.get(name)!.data, await model.readTensor(name));
    }
    full.get('layernorm.weight')!.data[0] = 99;
    assert.notEqual((await model.readTensor('layernorm.weight'))[0], 99, 'a copy');
  });

  it('are the same bits for the same seed, others for another, and one tensor does not shift the next', () => {
    const first = createTrainableTensors(config, { adaptation: lora, head, seed: 7 });
    const again = createTrainableTensors(config, { adaptation: { ...lora, targetModules: ['query', 'key', 'value'] }, head, seed: 7 });
    const other = createTrainableTensors(config, { adaptation: lora, head, seed: 8 });
    for (const [name, { data }] of first) {
      assert.deepEqual(again.get(name)?.data, data);
      if (name.includes('lora_A')) assert.notDeepEqual(other.get(name)?.data, data);
    }
  });
});

describe('adapted modules', () => {
  it('are numbered in the order of the forward pass and know their widths', () => {
    const modules = listAdaptedModules(config, { ...lora, targetModules: ['query', 'intermediate.dense', 'output.dense'], layersToTransform: [1] });
    assert.deepEqual(modules, [
      { index: 0, layer: 1, target: 'query', inFeatures: 64 },
      { index: 1, layer: 1, target: 'attention.output.dense', inFeatures: 64 },
      { index: 2, layer: 1, target: 'intermediate.dense', inFeatures: 64 },
      { index: 3, layer: 1, target: 'output.dense', inFeatures: 128 },
    ]);
  });
});

function meanSquare(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}
