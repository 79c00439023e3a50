import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loraTensorShapes, parseSafetensors, parseViTConfig, readPeftAdapter, writePeftAdapter, writeSafetensors, type FloatTensor, type LoraConfig, type ViTConfig } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';

const readConfig = (folder: string): ViTConfig => parseViTConfig(JSON.parse(readFileSync(fixturePath(`${folder}/config.json`), 'utf8')), 'config.json');

describe('adapters of other families', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'eyegazer-families-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const writeFolder = (files: ReadonlyMap<string, Uint8Array>): string => {
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    return folder;
  };

  const six = ['query', 'key', 'value', 'attention.output.dense', 'intermediate.dense', 'output.dense'];
  /** For each family: its class, the six modules of a layer and what `target_modules` calls them, classic and new. */
  const families: Record<'deit' | 'dinov2' | 'dinov2_with_registers', { classifier: string; layers: [string, string]; modules: [string[], string[]]; targets: [string[], string[]] }> = {
    deit: {
      classifier: 'DeiTForImageClassification',
      layers: ['deit.encoder.layer', 'deit.layers'],
      modules: [
        ['attention.attention.query', 'attention.attention.key', 'attention.attention.value', 'attention.output.dense', 'intermediate.dense', 'output.dense'],
        ['attention.q_proj', 'attention.k_proj', 'attention.v_proj', 'attention.o_proj', 'mlp.fc1', 'mlp.fc2'],
      ],
      targets: [['query', 'key', 'value', 'attention.output.dense', 'intermediate.dense', 'output.dense'], ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'fc1', 'fc2']],
    },
    dinov2: {
      classifier: 'Dinov2ForImageClassification',
      layers: ['dinov2.encoder.layer', 'dinov2.encoder.layer'],
      modules: [
        ['attention.attention.query', 'attention.attention.key', 'attention.attention.value', 'attention.output.dense', 'mlp.fc1', 'mlp.fc2'],
        ['attention.q_proj', 'attention.k_proj', 'attention.v_proj', 'attention.o_proj', 'mlp.fc1', 'mlp.fc2'],
      ],
      targets: [['query', 'key', 'value', 'attention.output.dense', 'fc1', 'fc2'], ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'fc1', 'fc2']],
    },
    get dinov2_with_registers() {
      const layers: [string, string] = ['dinov2_with_registers.encoder.layer', 'dinov2_with_registers.encoder.layer'];
      return { ...this.dinov2, classifier: 'Dinov2WithRegistersForImageClassification', layers };
    },
  };

  for (const [modelType, { classifier, layers, modules, targets }] of Object.entries(families)) {
    const family = readConfig(`families/${modelType}`);
    const lora: LoraConfig = { r: 2, loraAlpha: 4, loraDropout: 0, targetModules: six, useRslora: false, layersToTransform: null };
    const tensors = new Map<string, FloatTensor>([...loraTensorShapes(family, lora, 3)].map(([name, shape], i) => [name, { shape, data: new Float32Array(shape.reduce((p, s) => p * s, 1)).fill(i + 1) }]));

    for (const naming of ['classic', 'new', 'dual'] as const) {
      it(`${modelType}, ${naming}: bear the names PEFT gives them and are read back as they were`, async () => {
        const files = writePeftAdapter({ config: family, lora, baseModelNameOrPath: 'base', naming, tensors });
        const eras = naming === 'dual' ? [0, 1] : [naming === 'classic' ? 0 : 1];
        const expected = eras.flatMap((era) => [0, 1].flatMap((layer) => modules[era]!.flatMap((module) => ['lora_A', 'lora_B'].map((part) => `base_model.model.${layers[era]}.${layer}.${module}.${part}.weight`))));
        const names = [...parseSafetensors(files.get('adapter_model.safetensors')!).tensors.keys()];
        assert.deepEqual(names.sort(), [...new Set([...expected, 'base_model.model.classifier.bias', 'base_model.model.classifier.weight'])].sort());
        const written = JSON.parse(new TextDecoder().decode(files.get('adapter_config.json'))) as { target_modules: string[]; auto_mapping: object };
        assert.deepEqual(written.target_modules, [...new Set(eras.flatMap((era) => targets[era]!))].sort());
        assert.deepEqual(written.auto_mapping, { base_model_class: classifier, parent_library: `transformers.models.${modelType}.modeling_${modelType}` });
        const read = await readPeftAdapter(writeFolder(files));
        assert.equal(read.modelType, modelType);
        assert.deepEqual([...read.lora.targetModules].sort(), [...six].sort());
        assert.deepEqual(Object.fromEntries(read.tensors), Object.fromEntries(tensors));
      });
    }
  }

  it('refuses tensors of two families in one file', async () => {
    const config = readConfig('golden/base');
    const lora: LoraConfig = { r: 2, loraAlpha: 4, loraDropout: 0, targetModules: ['query'], useRslora: false, layersToTransform: null };
    const tensors = new Map<string, FloatTensor>([...loraTensorShapes(config, lora, 3)].map(([name, shape]) => [name, { shape, data: new Float32Array(shape.reduce((p, s) => p * s, 1)) }]));
    const files = writePeftAdapter({ config, lora, baseModelNameOrPath: 'base', naming: 'classic', tensors });
    const stranger = { shape: [2, 16], data: new Float32Array(32) };
    files.set('adapter_model.safetensors', writeSafetensors(new Map([...tensors, ['base_model.model.deit.encoder.layer.0.attention.attention.query.lora_A.weight', stranger]])));
    await assert.rejects(readPeftAdapter(writeFolder(files)), { code: 'BAD_FILE', message: /expected tensors of one family of models, got (deit and vit|vit and deit)/ });
  });
});
