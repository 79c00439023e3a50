import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseExperimentConfig, type AdapterConfig } from '@eyegazer/core';
import {
  countTrainableParameters,
  loraScaling,
  loraTensorShapes,
  parseSafetensors,
  parseViTConfig,
  readPeftAdapter,
  writePeftAdapter,
  writeSafetensors,
  type AdapterNaming,
  type FloatTensor,
  type LoraConfig,
} from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';
import { needsShared, sharedPath } from '../../shared-path.js';

const golden = (name: string): string => fixturePath(`golden/${name}`);
const readConfig = (dir: string): Record<string, unknown> => JSON.parse(readFileSync(join(dir, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
const withTargetSet = (json: Record<string, unknown>): Record<string, unknown> => ({ ...json, target_modules: new Set(json['target_modules'] as string[]) });
const config = parseViTConfig(JSON.parse(readFileSync(golden('base/config.json'), 'utf8')), 'config.json');

/** A LoRA adapter as a config says it. */
const adapterOf = (changes: object): AdapterConfig => parseExperimentConfig({ dataset: 'a', adapter: changes }).adapter;

let dir: string;
let count = 0;
before(() => (dir = mkdtempSync(join(tmpdir(), 'eyegazer-adapter-'))));
after(() => rmSync(dir, { recursive: true }));

function createFolder(files: ReadonlyMap<string, Uint8Array | string>): string {
  const folder = join(dir, String(count++));
  mkdirSync(folder);
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  return folder;
}

/** The golden adapter with other config fields and tensors. */
function createChanged(fields: Record<string, unknown>, change: (tensors: Map<string, FloatTensor>) => void = () => {}): string {
  const { tensors, readTensor } = parseSafetensors(readFileSync(join(golden('adapter_step3'), 'adapter_model.safetensors')));
  const copy = new Map<string, FloatTensor>([...tensors].map(([name, { shape }]) => [name, { shape, data: readTensor(name) }]));
  change(copy);
  return createFolder(
    new Map<string, Uint8Array | string>([
      ['adapter_config.json', JSON.stringify({ ...readConfig(golden('adapter_step3')), ...fields })],
      ['adapter_model.safetensors', writeSafetensors(copy)],
    ]),
  );
}

async function rewrite(source: string, naming: AdapterNaming): Promise<Map<string, Uint8Array>> {
  const { lora, tensors, baseModelNameOrPath } = await readPeftAdapter(source);
  return writePeftAdapter({ config, lora, baseModelNameOrPath: baseModelNameOrPath!, naming, tensors });
}

describe('writePeftAdapter', () => {
  const cases: [folder: string, naming: AdapterNaming][] = [['adapter_step0', 'classic'], ['adapter_step3', 'classic'], ['adapter_step3_dual', 'dual']];
  for (const [folder, naming] of cases) {
    it(`writes ${folder} as PEFT wrote it: tensors byte for byte, config equal but for the order of a set`, async () => {
      const files = await rewrite(golden(folder), naming);
      assert.deepEqual([...files.keys()], ['adapter_config.json', 'adapter_model.safetensors']);
      assert.deepEqual(Buffer.from(files.get('adapter_model.safetensors')!), readFileSync(join(golden(folder), 'adapter_model.safetensors')));
      const written = JSON.parse(new TextDecoder().decode(files.get('adapter_config.json'))) as Record<string, unknown>;
      assert.deepEqual(withTargetSet(written), withTargetSet(readConfig(golden(folder))));
    });
  }

  it('formats adapter_config.json as json.dumps(indent=2, sort_keys=True) does, targets sorted', async () => {
    const text = new TextDecoder().decode((await rewrite(golden('adapter_step3'), 'classic')).get('adapter_config.json'));
    const peft = readFileSync(join(golden('adapter_step3'), 'adapter_config.json'), 'utf8');
    const sorted = peft.replace('    "value",\n    "query"', '    "query",\n    "value"').replace('"lora_dropout": 0.0', '"lora_dropout": 0');
    assert.equal(text, sorted);
  });

  it('names the 50 tensors of ViT-base with r 16 on query and value: 667,493 numbers', () => {
    const base = parseViTConfig({ model_type: 'vit' }, 'config.json');
    const lora: LoraConfig = { r: 16, loraAlpha: 16, loraDropout: 0.1, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null };
    const shapes = loraTensorShapes(base, lora, 101);
    const expected = ['base_model.model.classifier.weight', 'base_model.model.classifier.bias'];
    for (let i = 0; i < 12; i++) {
      for (const part of ['query.lora_A', 'query.lora_B', 'value.lora_A', 'value.lora_B']) expected.push(`base_model.model.vit.encoder.layer.${i}.attention.attention.${part}.weight`);
    }
    assert.equal(shapes.size, 50);
    assert.deepEqual([...shapes.keys()], expected.sort());
    assert.equal([...shapes.values()].reduce((sum, shape) => sum + shape.reduce((p, s) => p * s, 1), 0), 667_493);
    assert.equal(countTrainableParameters(base, adapterOf({}), 101), 667_493);
  });

  it('counts MLP targets by their own sizes, named layers once, and what output.dense means to PEFT', () => {
    const vitBase = parseViTConfig({ model_type: 'vit' }, 'config.json');
    assert.equal(countTrainableParameters(vitBase, adapterOf({ r: 2, layersToTransform: [0, 0, 3], targetModules: ['intermediate.dense', 'key'] }), 1), 2 * (2 * (768 + 3072) + 2 * 1536) + 769);
    const both = 12 * (2 * (768 + 3072) + 2 * 1536) + 769;
    assert.equal(countTrainableParameters(vitBase, adapterOf({ r: 2, targetModules: ['output.dense'] }), 1), both, 'attention.output.dense too');
  });

  it('counts a head alone, every weight, and `all-linear` as the six targets', () => {
    const vitBase = parseViTConfig({ model_type: 'vit' }, 'config.json');
    assert.equal(countTrainableParameters(vitBase, { method: 'head' }, 5), 769 * 5);
    // 86,567,656 are those of google/vit-base-patch16-224, a head of 1,000 classes included.
    assert.equal(countTrainableParameters(vitBase, { method: 'full' }, 1000), 86_567_656);
    const six = adapterOf({ r: 4, targetModules: ['query', 'key', 'value', 'attention.output.dense', 'intermediate.dense', 'output.dense'] });
    assert.equal(countTrainableParameters(vitBase, adapterOf({ r: 4, targetModules: 'all-linear' }), 5), countTrainableParameters(vitBase, six, 5));
  });

  for (const folder of ['trajectory-all-linear-binary', 'trajectory-multiclass', 'trajectory-regression']) {
    it(`names and shapes the tensors of ${folder} as PEFT does`, function () {
      needsShared(this, `fixtures/${folder}`, 'models/deit-tiny');
      const { tensors } = parseSafetensors(readFileSync(sharedPath(`fixtures/${folder}/trainable_step0.safetensors`)));
      const { lora: raw } = JSON.parse(readFileSync(sharedPath(`fixtures/${folder}/trajectory.json`), 'utf8')) as { lora: { r: number; target_modules: string[] } };
      const deit = parseViTConfig(JSON.parse(readFileSync(sharedPath('models/deit-tiny/config.json'), 'utf8')), 'config.json');
      const lora: LoraConfig = { r: raw.r, loraAlpha: 16, loraDropout: 0, targetModules: raw.target_modules, useRslora: false, layersToTransform: null };
      const numOutputs = tensors.get('base_model.model.classifier.bias')!.shape[0]!;
      assert.deepEqual([...loraTensorShapes(deit, lora, numOutputs)], [...tensors].map(([name, { shape }]) => [name, shape]));
    });
  }

  it('refuses tensors that are not those of the config', async () => {
    const { lora, tensors } = await readPeftAdapter(golden('adapter_step3'));
    const write = (changed: ReadonlyMap<string, FloatTensor>, other: LoraConfig = lora): unknown =>
      writePeftAdapter({ config, lora: other, baseModelNameOrPath: 'x', naming: 'dual', tensors: changed });
    const without = new Map(tensors);
    without.delete('base_model.model.classifier.weight');
    assert.throws(() => write(without), { code: 'INTERNAL', message: /classifier\.weight": expected shape \[3, 16\], got none/ });
    assert.throws(() => write(tensors, { ...lora, r: 3 }), { code: 'INTERNAL', message: /expected shape \[3, 16\], got \[2, 16\]/ });
    assert.throws(() => write(tensors, { ...lora, targetModules: ['query'] }), { code: 'INTERNAL', message: /value\.lora_A\.weight": expected no such tensor/ });
  });
});

describe('readPeftAdapter', () => {
  it('reads classic, new and dual naming as the same adapter', async () => {
    const classic = await readPeftAdapter(golden('adapter_step3'));
    const dual = await readPeftAdapter(golden('adapter_step3_dual'));
    const renewed = await readPeftAdapter(createFolder(await rewrite(golden('adapter_step3'), 'new')));
    assert.deepEqual(classic.lora, { r: 2, loraAlpha: 4, loraDropout: 0, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null });
    assert.equal(classic.tensors.size, 10);
    assert.deepEqual(dual, classic);
    assert.deepEqual(renewed, classic);
    assert.deepEqual(classic.warnings, []);
  });

  it('reads the minimum that PEFT loads', async () => {
    const folder = createChanged({});
    const minimum = { peft_type: 'LORA', r: 2, lora_alpha: 4, target_modules: ['query', 'value'], modules_to_save: ['classifier'] };
    writeFileSync(join(folder, 'adapter_config.json'), JSON.stringify(minimum));
    const { lora, baseModelNameOrPath } = await readPeftAdapter(folder);
    assert.deepEqual(lora, (await readPeftAdapter(golden('adapter_step3'))).lora);
    assert.equal(baseModelNameOrPath, null);
  });

  it('reads targets given as a regular expression from the tensors', async () => {
    const { lora } = await readPeftAdapter(createChanged({ target_modules: '.*attention\\.(query|value)' }));
    assert.deepEqual(lora.targetModules, [0, 1].flatMap((i) => ['query', 'value'].map((part) => `vit.encoder.layer.${i}.attention.attention.${part}`)));
  });

  it('keeps an adapter of the last MLP layer alone apart from the attention output, in every naming', async () => {
    const lora: LoraConfig = { r: 1, loraAlpha: 3, loraDropout: 0.25, targetModules: ['vit.encoder.layer.0.output.dense'], useRslora: true, layersToTransform: null };
    const tensors = new Map<string, FloatTensor>([...loraTensorShapes(config, lora, 2)].map(([name, shape], i) => [name, { shape, data: new Float32Array(shape.reduce((p, s) => p * s, 1)).fill(i + 1) }]));
    for (const naming of ['classic', 'new', 'dual'] as const) {
      const read = await readPeftAdapter(createFolder(writePeftAdapter({ config, lora, baseModelNameOrPath: 'b', naming, tensors })));
      assert.deepEqual(read.lora, lora);
      assert.deepEqual(read.tensors, tensors);
    }
    assert.equal(tensors.size, 4);
  });

  it('reads back layersToTransform', async () => {
    const lora: LoraConfig = { r: 1, loraAlpha: 1, loraDropout: 0, targetModules: ['key'], useRslora: false, layersToTransform: [1] };
    const tensors = new Map<string, FloatTensor>([...loraTensorShapes(config, lora, 2)].map(([name, shape]) => [name, { shape, data: new Float32Array(shape.reduce((p, s) => p * s, 1)) }]));
    assert.deepEqual([...tensors.keys()].filter((name) => name.includes('lora')).length, 2);
    const read = await readPeftAdapter(createFolder(writePeftAdapter({ config, lora, baseModelNameOrPath: 'b', naming: 'dual', tensors })));
    assert.deepEqual(read.lora, lora);
  });

  it('warns of keys it does not know and reads on', async () => {
    const { warnings } = await readPeftAdapter(createChanged({ constructor: 1, invented_in_2030: true }));
    assert.equal(warnings.length, 2);
    assert.match(warnings[1]!, /invented_in_2030/);
  });

  const variants: [field: string, value: unknown][] = [
    ['use_dora', true], ['use_qalora', true], ['lora_bias', true], ['fan_in_fan_out', true], ['layer_replication', [[0, 2]]],
    ['target_parameters', ['x']], ['trainable_token_indices', [1]], ['use_bdlora', { a: 1 }], ['rank_pattern', { query: 4 }], ['alpha_pattern', { query: 4 }],
    ['bias', 'all'], ['bias', 'lora_only'], ['exclude_modules', ['key']], ['layers_pattern', 'layer'], ['alora_invocation_tokens', [1]],
    ['eva_config', { rho: 2 }], ['corda_config', {}], ['loftq_config', { bits: 4 }], ['future_config', {}],
    ['init_lora_weights', 'pissa'], ['init_lora_weights', 'pissa_niter_4'], ['init_lora_weights', 'olora'], ['init_lora_weights', 'corda'],
    ['init_lora_weights', 'lora_ga'], ['init_lora_weights', 'loftq'],
  ];
  for (const [field, value] of variants) {
    it(`refuses ${field} = ${JSON.stringify(value)}, naming the field`, async () => {
      await assert.rejects(readPeftAdapter(createChanged({ [field]: value })), { code: 'UNSUPPORTED', path: field });
    });
  }

  for (const init of [true, false, 'gaussian', 'orthogonal', 'eva', 'mica']) {
    it(`accepts init_lora_weights = ${JSON.stringify(init)}`, async () => {
      assert.equal((await readPeftAdapter(createChanged({ init_lora_weights: init }))).tensors.size, 10);
    });
  }

  const queryA = 'base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight';
  const contradictions: [claim: string, fields: Record<string, unknown>, change: (tensors: Map<string, FloatTensor>) => void, message: RegExp][] = [
    ['another kind of adapter', { peft_type: 'IA3' }, () => {}, /peft_type: expected "LORA", got "IA3"/],
    ['an adapter without its head', { modules_to_save: null }, () => {}, /modules_to_save: expected a list, got null/],
    ['r = 0', { r: 0 }, () => {}, /r: expected .* >= 1, got 0/],
    ['another rank than the tensors have', { r: 4 }, () => {}, /lora_A\.weight": expected shape \[4, in\], got \[2, 16\]/],
    ['a missing A', {}, (t) => t.delete(queryA), /expected a tensor ".*layer\.0\.attention\.attention\.query\.lora_A\.weight"/],
    ['a missing target', { target_modules: ['query', 'value', 'key'] }, () => {}, /expected a tensor ".*key\.lora_A\.weight"/],
    ['a tensor that is no target', { target_modules: ['query'] }, () => {}, /value\.lora_A\.weight": expected its module among target_modules/],
    ['a missing head', {}, (t) => t.delete('base_model.model.classifier.bias'), /expected a tensor "base_model\.model\.classifier\.bias"/],
    ['a tensor of something else', {}, (t) => t.set('base_model.model.vit.layernorm.weight', { shape: [1], data: new Float32Array(1) }), /got "base_model\.model\.vit\.layernorm\.weight"/],
    ['a layer beyond reason', {}, (t) => t.set(queryA.replace('layer.0', 'layer.99999999'), t.get(queryA)!), /expected LoRA tensors of a ViT/],
    [
      'two namings that disagree', { target_modules: ['query', 'value', 'q_proj'] },
      (t) => t.set('base_model.model.vit.layers.0.attention.q_proj.lora_A.weight', { shape: [2, 16], data: new Float32Array(32) }), /expected the values stored under its other name/,
    ],
  ];
  for (const [claim, fields, change, message] of contradictions) {
    it(`refuses ${claim}`, async () => {
      await assert.rejects(readPeftAdapter(createChanged(fields, change)), { code: 'BAD_FILE', message });
    });
  }

  it('refuses DoRA tensors, naming use_dora', async () => {
    const folder = createChanged({}, (t) => t.set(queryA.replace('lora_A.weight', 'lora_magnitude_vector'), { shape: [16], data: new Float32Array(16) }));
    await assert.rejects(readPeftAdapter(folder), { code: 'UNSUPPORTED', path: 'use_dora' });
  });

  it('names the file that is missing', async () => {
    const folder = join(dir, 'half');
    cpSync(golden('adapter_step3'), folder, { recursive: true });
    rmSync(join(folder, 'adapter_model.safetensors'), { force: true });
    await assert.rejects(readPeftAdapter(folder), { code: 'BAD_FILE', message: /adapter_model\.safetensors.*ENOENT/ });
    await assert.rejects(readPeftAdapter(join(dir, 'none')), { code: 'BAD_FILE', message: /adapter_config\.json.*ENOENT/ });
  });
});

describe('loraScaling', () => {
  it('is alpha / r, or alpha / sqrt(r) for rsLoRA', () => {
    assert.equal(loraScaling({ r: 16, loraAlpha: 32, useRslora: false }), 2);
    assert.equal(loraScaling({ r: 16, loraAlpha: 32, useRslora: true }), 8);
  });
});
