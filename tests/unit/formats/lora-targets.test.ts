import assert from 'node:assert/strict';
import { createLoraConfig, findLoraModules, loraModuleName, loraScaling, loraTensorShapes, type LoraConfig } from '@eyegazer/formats';

const config = { hiddenSize: 16, intermediateSize: 32, numHiddenLayers: 2, headInput: 'classToken' } as const;
const lora: LoraConfig = { r: 2, loraAlpha: 4, loraDropout: 0, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null };
const shapes = (changes: Partial<LoraConfig>): Map<string, number[]> => loraTensorShapes(config, { ...lora, ...changes }, 3);
const refuses = (changes: Partial<LoraConfig>, path: string, message: RegExp): void => {
  assert.throws(() => shapes(changes), { name: 'AppError', code: 'BAD_CONFIG', path, message });
};

describe('what LoRA adapts', () => {
  it('all-linear is what PEFT means by it: every linear layer but the head, in every layer', () => {
    const adapter = createLoraConfig({ method: 'lora', r: 2, alpha: 4, dropout: 0, targetModules: 'all-linear', useRslora: false, layersToTransform: null, modulesToSave: ['classifier'] });
    const names = findLoraModules(adapter, config).map((module) => loraModuleName(module, { modelType: 'vit', naming: 'new' }));
    // get_peft_model(ViTForImageClassification, LoraConfig(target_modules='all-linear', modules_to_save=['classifier'])), peft 0.21.0
    const ofLayer = (layer: number): string[] => ['attention.k_proj', 'attention.o_proj', 'attention.q_proj', 'attention.v_proj', 'mlp.fc1', 'mlp.fc2'].map((path) => `vit.layers.${layer}.${path}`);
    assert.deepEqual(names.sort(), [...ofLayer(0), ...ofLayer(1)]);
  });

  it('scales by alpha / r, and by alpha / sqrt(r) for rsLoRA', () => {
    assert.equal(loraScaling({ r: 4, loraAlpha: 8, useRslora: false }), 2);
    assert.equal(loraScaling({ r: 4, loraAlpha: 8, useRslora: true }), 4);
  });

  it('refuses a target that matches nothing, naming it and what there is', () => {
    refuses({ targetModules: ['query', 'qkv'] }, 'adapter.targetModules', /expected names of linear modules of a layer, got "qkv", which matches none of the 12\. Use some of query, key, .*all-linear/);
    refuses({ targetModules: ['classifier'] }, 'adapter.targetModules', /got "classifier"/);
    refuses({ targetModules: [] }, 'adapter.targetModules', /at least one module to adapt, got none\. Use/);
  });

  it('refuses a layer that is not there', () => {
    refuses({ layersToTransform: [0, 2] }, 'adapter.layersToTransform', /expected layers 0 to 1, got 2\. Name layers/);
  });

  it('refuses a rank above the narrower side of a layer, naming the layer, and no rank at all', () => {
    refuses({ r: 17 }, 'adapter.r', /expected a whole number from 1 to 16, the narrower side of "query" in this base model, got 17\. Set adapter\.r to 16 or less/);
    refuses({ r: 20, targetModules: ['intermediate.dense'] }, 'adapter.r', /narrower side of "intermediate\.dense"/);
    refuses({ r: 0 }, 'adapter.r', /got 0/);
    assert.equal(shapes({ r: 16 }).size, 2 + 2 * 2 * 2);
  });
});
