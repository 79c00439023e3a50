import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loraTargetModules } from '@eyegazer/core';
import { findLoraModules, loraTensorShapes, parseViTConfig, writePeftAdapter, type FloatTensor, type LoraConfig } from '@eyegazer/formats';

interface Case {
  targetModules: string[];
  layersToTransform: number[] | null;
  classic: string[];
  new: string[];
}

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/peft-target-matching.json', import.meta.url), 'utf8')) as { numHiddenLayers: number; cases: Case[] };
const isClassic = (entry: string): boolean => !/_proj$|fc[12]$/.test(entry);

describe('findLoraModules', () => {
  for (const { targetModules, layersToTransform, classic } of fixture.cases.filter((c) => c.targetModules.every(isClassic))) {
    it(`finds the modules PEFT 0.21.0 adapts for ${targetModules.join(', ')}${layersToTransform ? ` in layers ${layersToTransform.join(', ')}` : ''}`, () => {
      const found = findLoraModules({ targetModules, layersToTransform }, fixture);
      assert.deepEqual(found.map(({ layer, target }) => `${layer} ${target}`), classic);
    });
  }

  it('takes output.dense to mean attention.output.dense too, as PEFT does', () => {
    const found = findLoraModules({ targetModules: ['output.dense'], layersToTransform: null }, { numHiddenLayers: 1 });
    assert.deepEqual(found, [{ layer: 0, target: 'attention.output.dense' }, { layer: 0, target: 'output.dense' }]);
  });

  it('refuses an entry that means nothing, and a layer that does not exist', () => {
    assert.throws(() => findLoraModules({ targetModules: ['query', 'q_proj'], layersToTransform: null }, { numHiddenLayers: 2 }), {
      code: 'BAD_CONFIG', path: 'adapter.targetModules', message: /got "q_proj"/,
    });
    assert.throws(() => findLoraModules({ targetModules: [], layersToTransform: null }, { numHiddenLayers: 2 }), { code: 'BAD_CONFIG', path: 'adapter.targetModules' });
    assert.throws(() => findLoraModules({ targetModules: ['query'], layersToTransform: [2] }, { numHiddenLayers: 2 }), {
      code: 'BAD_CONFIG', path: 'adapter.layersToTransform', message: /expected layers 0 to 1, got 2/,
    });
  });
});

/** PEFT's rule, from its documentation, for module names without layersToTransform. */
function peftMatches(entries: string[], names: string[]): string[] {
  return names.filter((name) => entries.some((entry) => name === entry || name.endsWith(`.${entry}`)));
}

describe('target_modules of a written adapter', () => {
  const config = parseViTConfig({ model_type: 'vit', hidden_size: 4, intermediate_size: 8, num_attention_heads: 2, num_hidden_layers: 12, image_size: 16, patch_size: 8 }, 'c');
  const classicPaths = ['attention.attention.query', 'attention.attention.key', 'attention.attention.value', 'attention.output.dense', 'intermediate.dense', 'output.dense'];
  const newPaths = ['attention.q_proj', 'attention.k_proj', 'attention.v_proj', 'attention.o_proj', 'mlp.fc1', 'mlp.fc2'];
  const layers = Array.from({ length: 12 }, (_, i) => i);
  const classicNames = layers.flatMap((i) => classicPaths.map((path) => `vit.encoder.layer.${i}.${path}`));
  const newNames = layers.flatMap((i) => newPaths.map((path) => `vit.layers.${i}.${path}`));
  const asked = [
    ...Array.from({ length: 63 }, (_, bits) => loraTargetModules.filter((_target, i) => (bits + 1) & (1 << i))),
    layers.map((i) => `layer.${i}.output.dense`),
    ['layer.3.output.dense', 'query'],
    ['layer.0.attention.attention.key', '11.intermediate.dense'],
  ];

  for (const naming of ['classic', 'new', 'dual'] as const) {
    it(`mean the same modules in ${naming} naming, for all ${asked.length} lists`, () => {
      for (const targetModules of asked) {
        const lora: LoraConfig = { r: 1, loraAlpha: 1, loraDropout: 0, targetModules, useRslora: false, layersToTransform: null };
        const tensors = new Map<string, FloatTensor>();
        for (const [name, shape] of loraTensorShapes(config, lora, 2)) tensors.set(name, { shape, data: new Float32Array(shape.reduce((p, s) => p * s, 1)) });
        const files = writePeftAdapter({ config, lora, baseModelNameOrPath: 'base', naming, tensors });
        const written = (JSON.parse(new TextDecoder().decode(files.get('adapter_config.json'))) as { target_modules: string[] }).target_modules;
        const wanted = peftMatches([...targetModules], classicNames);
        assert.ok(wanted.length > 0);
        assert.deepEqual(written, [...new Set(written)].sort(), 'sorted, no entry twice');
        assert.deepEqual(peftMatches(written, classicNames), naming === 'new' ? [] : wanted, targetModules.join());
        const indexes = (names: string[], all: string[]): number[] => names.map((name) => all.indexOf(name));
        assert.deepEqual(indexes(peftMatches(written, newNames), newNames), naming === 'classic' ? [] : indexes(wanted, classicNames), targetModules.join());
      }
    });
  }
});
