import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findViTTensors,
  loadBaseModel,
  parseSafetensors,
  parseViTConfig,
  vitTensorShapes,
  writePreprocessorConfig,
  writeSafetensors,
  type Checkpoint,
  type FloatTensor,
  type TensorEntry,
  type ViTTensors,
} from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';
import { needsShared, sharedPath } from '../../shared-path.js';

const goldenDir = fixturePath('golden/base');
const config = parseViTConfig(JSON.parse(readFileSync(join(goldenDir, 'config.json'), 'utf8')), 'config.json');
const { tensors, readTensor } = parseSafetensors(readFileSync(join(goldenDir, 'model.safetensors')));
const stored = new Map<string, FloatTensor>([...tensors].map(([name, { shape }]) => [name, { shape, data: readTensor(name) }]));

function inFile(entries: ReadonlyMap<string, TensorEntry>): Pick<Checkpoint, 'path' | 'tensors'> {
  const path = 'model.safetensors';
  return { path, tensors: new Map([...entries].map(([name, entry]) => [name, { ...entry, path }])) };
}

/** Finds the tensors of a file made from the golden one with other names (or without those renamed to ''). */
function findRenamed(rename: (name: string) => string, added: [string, FloatTensor][] = []): { found: ViTTensors; values: (name: string) => Float32Array } {
  const renamed = [...stored].map(([name, tensor]): [string, FloatTensor] => [rename(name), tensor]).filter(([name]) => name !== '');
  const file = parseSafetensors(writeSafetensors(new Map([...renamed, ...added])));
  const found = findViTTensors(inFile(file.tensors), config);
  return { found, values: (name) => file.readTensor(found.get(name)!.nameInFile) };
}

/** The rewrites of transformers 5.18, in its order (conversion_mapping.py, "ViTModel"). */
function newName(name: string): string {
  return [
    ['encoder.layer.', 'layers.'], ['attention.query', 'q_proj'], ['attention.key', 'k_proj'], ['attention.value', 'v_proj'],
    ['attention.output.dense', 'attention.o_proj'], ['intermediate.dense', 'mlp.fc1'], ['output.dense', 'mlp.fc2'],
  ].reduce((text, [from, to]) => text.replace(from!, to!), name);
}

describe('findViTTensors', () => {
  const names: [claim: string, rename: (name: string) => string][] = [
    ['with vit.', (name) => name],
    ['without vit., as ViTModel saves them', (name) => name.replace(/^vit\./, '').replace(/^classifier\..*/, '')],
    ['under the new names', newName],
    ['under the new names without vit.', (name) => newName(name).replace(/^vit\./, '')],
    ['with base_model.model. in front', (name) => `base_model.model.${name}`],
  ];
  for (const [claim, rename] of names) {
    it(`finds every tensor ${claim}`, () => {
      const { found, values } = findRenamed(rename);
      assert.deepEqual([...found.keys()], [...vitTensorShapes(config).keys()]);
      for (const name of found.keys()) assert.deepEqual(values(name), stored.get(`vit.${name}`)!.data, name);
    });
  }

  it('ignores a pooler', () => {
    const weight = { shape: [16, 16], data: new Float32Array(256) };
    const { found } = findRenamed((name) => name, [['vit.pooler.dense.weight', weight]]);
    assert.equal(found.size, 38);
  });

  it('counts 198 tensors for ViT-base', () => {
    const base = vitTensorShapes(parseViTConfig({ model_type: 'vit' }, 'config.json'));
    assert.equal(base.size, 198);
    const total = [...base.values()].reduce((sum, shape) => sum + shape.reduce((p, s) => p * s, 1), 0);
    assert.equal(total, 85_876_325 - 101 * 769);
  });

  it('expects no q, k, v bias when the config has none', () => {
    const { found } = findRenamed((name) => name);
    const shapes = vitTensorShapes({ ...config, qkvBias: false });
    assert.equal(shapes.size, found.size - 3 * config.numHiddenLayers);
  });

  it('names the tensors that are missing', () => {
    assert.throws(() => findRenamed((name) => (name.startsWith('vit.layernorm') ? '' : name)), {
      code: 'BAD_MODEL',
      message: /found no vit\.layernorm\.weight, vit\.layernorm\.bias\./,
    });
  });

  it('names a tensor whose shape is not that of the config', () => {
    const wrong = { shape: [16, 8], data: new Float32Array(128) };
    assert.throws(
      () => findRenamed((name) => (name === 'vit.encoder.layer.1.output.dense.weight' ? '' : name), [['vit.encoder.layer.1.output.dense.weight', wrong]]),
      { code: 'BAD_MODEL', message: /"vit\.encoder\.layer\.1\.output\.dense\.weight": expected shape \[16, 32\] from config\.json, got \[16, 8\]/ },
    );
  });

  it('refuses a tensor stored under two names', () => {
    assert.throws(() => findRenamed((name) => name, [['layernorm.bias', stored.get('vit.layernorm.bias')!]]), {
      code: 'BAD_MODEL',
      message: /one tensor for "layernorm\.bias", got two/,
    });
  });

  it('refuses weights that are no floats', () => {
    const entries = new Map(parseSafetensors(readFileSync(join(goldenDir, 'model.safetensors'))).tensors);
    entries.set('vit.layernorm.bias', { ...entries.get('vit.layernorm.bias')!, dtype: 'I32' });
    assert.throws(() => findViTTensors(inFile(entries), config), { code: 'BAD_MODEL', message: /expected dtype F32, F16, BF16, got I32/ });
  });
});

describe('loadBaseModel', () => {
  let dir: string;
  const preprocessor = {
    size: { height: 16, width: 16 }, centerCropFrom: null, resample: 'bilinear', doRescale: true, rescaleFactor: 1 / 255, doNormalize: true,
    imageMean: [0.5, 0.5, 0.5], imageStd: [0.5, 0.5, 0.5],
  } as const;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'eyegazer-model-'));
    copyFileSync(join(goldenDir, 'config.json'), join(dir, 'config.json'));
    writeFileSync(join(dir, 'model.safetensors'), readFileSync(join(goldenDir, 'model.safetensors')));
    writeFileSync(join(dir, 'preprocessor_config.json'), writePreprocessorConfig(preprocessor));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('loads DeiT-tiny and reads its weights by their classic names', async function () {
    needsShared(this, 'models/deit-tiny');
    const model = await loadBaseModel(sharedPath('models/deit-tiny'));
    assert.equal(model.parameterCount, 5_717_416 - 1000 * 193);
    assert.equal(model.preprocessor.resample, 'bicubic');
    assert.equal((await model.readTensor('embeddings.position_embeddings')).length, 197 * 192);
    const entry = model.tensors.get('encoder.layer.11.output.dense.weight')!;
    const bytes = readFileSync(model.weightsPath).subarray(entry.byteOffset, entry.byteOffset + entry.byteLength);
    assert.equal((await model.readTensor('encoder.layer.11.output.dense.weight'))[7], bytes.readFloatLE(28));
  });

  it('loads the golden model', async () => {
    const model = await loadBaseModel(dir);
    assert.deepEqual(model.preprocessor, preprocessor);
    assert.equal(model.tensors.size, 38);
  });

  for (const file of ['config.json', 'preprocessor_config.json', 'model.safetensors']) {
    it(`names ${file} when it is missing`, async () => {
      rmSync(join(dir, file));
      await assert.rejects(loadBaseModel(dir), { code: 'BAD_FILE', message: new RegExp(`${file.replace('.', '\\.')}.*ENOENT`) });
    });
  }

  for (const file of ['config.json', 'model.safetensors']) {
    it(`refuses a pipe named ${file} instead of waiting for it`, async () => {
      rmSync(join(dir, file));
      execFileSync('mkfifo', [join(dir, file)]);
      await assert.rejects(loadBaseModel(dir), { code: 'BAD_FILE', message: new RegExp(`${file.replace('.', '\\.')}.*not a regular file`) });
    });
  }

  it('refuses a config.json that is larger than any config', async () => {
    truncateSync(join(dir, 'config.json'), 17 * 1024 * 1024);
    await assert.rejects(loadBaseModel(dir), { code: 'TOO_LARGE', message: /config\.json: expected a JSON file of at most 16777216 bytes, got 17825792/ });
  });

  it('refuses a truncated model.safetensors', async () => {
    truncateSync(join(dir, 'model.safetensors'), 20_000);
    await assert.rejects(loadBaseModel(dir), { code: 'BAD_FILE', message: /model\.safetensors is not a valid safetensors file/ });
  });

  it('refuses a config.json that is not JSON', async () => {
    writeFileSync(join(dir, 'config.json'), '{');
    await assert.rejects(loadBaseModel(dir), { code: 'BAD_FILE', message: /config\.json: expected JSON, got/ });
  });

  it('refuses a preprocessor of another image size', async () => {
    writeFileSync(join(dir, 'preprocessor_config.json'), writePreprocessorConfig({ ...preprocessor, size: { height: 24, width: 24 } }));
    await assert.rejects(loadBaseModel(dir), { code: 'BAD_MODEL', path: 'size', message: /expected the image_size 16 of config\.json, got 24 x 24/ });
  });
});
