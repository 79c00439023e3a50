import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { checkFinite, loadBaseModel, parseSafetensors, writeSafetensors, type FloatTensor } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';

const indexName = 'model.safetensors.index.json';
const [first, second] = ['model-00001-of-00003.safetensors', 'model-00002-of-00003.safetensors'] as const;

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'eyegazer-bad-'))));
afterEach(() => rmSync(root, { recursive: true }));

/** A copy of a family's folder, to be broken. */
function copyModel(family: string): string {
  const folder = join(root, family);
  cpSync(fixturePath(`families/${family}`), folder, { recursive: true });
  return folder;
}

function readTensors(path: string): Map<string, FloatTensor> {
  const { tensors, readTensor } = parseSafetensors(readFileSync(path), path);
  return new Map([...tensors].map(([name, { shape }]) => [name, { shape, data: readTensor(name).slice() }]));
}

describe('a sharded checkpoint is refused', () => {
  let folder: string;
  beforeEach(() => (folder = copyModel('dinov2')));

  const changeIndex = (change: (weightMap: Record<string, unknown>) => void): void => {
    const index = JSON.parse(readFileSync(join(folder, indexName), 'utf8')) as { weight_map: Record<string, unknown> };
    change(index.weight_map);
    writeFileSync(join(folder, indexName), JSON.stringify(index));
  };
  const refused = (message: RegExp): Promise<void> =>
    assert.rejects(loadBaseModel(folder), (error) => error instanceof AppError && error.code === 'BAD_FILE' && message.test(error.message));

  for (const name of ['../model.safetensors', '/etc/model.safetensors', 'sub/model.safetensors', '.safetensors', 'pytorch_model.bin', 'a\\b.safetensors']) {
    it(`whose index leads to ${JSON.stringify(name)}`, async () => {
      changeIndex((map) => (map['layernorm.bias'] = name));
      await refused(/index\.json: weight_map\.layernorm\.bias: expected the plain name of a \.safetensors file in the same folder/);
    });
  }

  it('whose index names no files at all', async () => {
    writeFileSync(join(folder, indexName), '{"weight_map": ["a"]}');
    await refused(/index\.json: weight_map: expected .*got \["a"\]/);
  });

  it('of which a shard is missing', async () => {
    rmSync(join(folder, second));
    await refused(/model-00002-of-00003\.safetensors.*ENOENT/);
  });

  it('of which a tensor is not in its shard', async () => {
    const tensors = readTensors(join(folder, first));
    const lost = [...tensors.keys()][2]!;
    tensors.delete(lost);
    writeFileSync(join(folder, first), writeSafetensors(tensors));
    await refused(new RegExp(`index\\.json: tensor "${lost.replaceAll('.', '\\.')}": expected it in ${first.replaceAll('.', '\\.')}, found none there`));
  });

  it('of which a tensor lies in two shards', async () => {
    const [name, tensor] = [...readTensors(join(folder, first))][0]!;
    writeFileSync(join(folder, second), writeSafetensors(new Map([...readTensors(join(folder, second)), [name, tensor]])));
    await refused(new RegExp(`"${name.replaceAll('.', '\\.')}": expected it in ${first.replaceAll('.', '\\.')} alone, found it in ${second.replaceAll('.', '\\.')}`));
  });
});

describe('weights in another format are refused with what to do', () => {
  const cases: [file: string, message: RegExp][] = [
    ['pytorch_model.bin', /got pytorch_model\.bin, a pickle.*AutoModel\.from_pretrained\("FOLDER"\)\.save_pretrained\("FOLDER"\)/],
    ['pytorch_model-00001-of-00002.bin', /a pickle.*save_pretrained/],
    ['dinov2_vitb14_pretrain.pth', /got dinov2_vitb14_pretrain\.pth, a pickle.*save_pretrained\("FOLDER"\)/],
    ['last.ckpt', /got last\.ckpt, a pickle/],
    ['model.pt', /got model\.pt, a pickle/],
    ['ViT-B_16.npz', /got ViT-B_16\.npz, a JAX checkpoint\. Use the same model from a repository in Transformers' layout, such as google\/vit-base/],
    ['tf_model.h5', /got tf_model\.h5, TensorFlow weights/],
    ['flax_model.msgpack', /got flax_model\.msgpack, Flax weights/],
  ];
  for (const [file, message] of cases) {
    it(file, async () => {
      const folder = join(root, 'foreign');
      mkdirSync(folder);
      writeFileSync(join(folder, file), '');
      await assert.rejects(loadBaseModel(folder), { code: 'BAD_MODEL', message });
    });
  }

  it('but not where model.safetensors lies beside them', async () => {
    const folder = copyModel('vit');
    writeFileSync(join(folder, 'pytorch_model.bin'), '');
    assert.equal((await loadBaseModel(folder)).config.modelType, 'vit');
  });

  it('a config.json of timm', async () => {
    const folder = copyModel('vit');
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ architecture: 'vit_base_patch16_224', num_classes: 1000, pretrained_cfg: {} }));
    await assert.rejects(loadBaseModel(folder), { code: 'BAD_MODEL', path: 'model_type', message: /an architecture of timm\. Use the same model from a repository in Transformers' layout/ });
  });

  it('tensors under the names of timm', async () => {
    const folder = copyModel('vit');
    writeFileSync(join(folder, 'model.safetensors'), writeSafetensors(new Map([['blocks.0.attn.qkv.weight', { shape: [1], data: new Float32Array(1) }]])));
    await assert.rejects(loadBaseModel(folder), { code: 'BAD_MODEL', message: /model\.safetensors: expected tensors under Transformers' names, got "blocks\.0\.attn\.qkv\.weight", a name of timm/ });
  });

  it('a folder that is none', async () => {
    await assert.rejects(loadBaseModel(join(root, 'nothing')), { code: 'BAD_FILE', message: /nothing: expected a folder in Hugging Face layout, got "ENOENT/ });
  });
});

describe('checkFinite', () => {
  for (const family of ['vit', 'deit', 'dinov2', 'dinov2_with_registers']) {
    it(`takes a sound ${family}, in whatever dtype and files it comes`, async () => {
      await checkFinite(await loadBaseModel(copyModel(family)));
    });
  }

  /** Overwrites the last value of a tensor with these bytes. */
  const damage = async (folder: string, own: string, bytes: number[]): Promise<void> => {
    const { tensors } = await loadBaseModel(folder);
    const { path, byteOffset, byteLength } = tensors.get(own)!;
    const file = readFileSync(path);
    file.set(bytes, byteOffset + byteLength - bytes.length);
    writeFileSync(path, file);
  };
  const cases: [family: string, what: string, bytes: number[], message: RegExp][] = [
    ['deit', 'NaN in float32', [0, 0, 0xc0, 0x7f], /model\.safetensors: tensor "deit\.encoder\.layer\.1\.intermediate\.dense\.weight": expected finite numbers, got NaN or infinity at value 511 of \[32, 16\]/],
    ['deit', '-infinity in float32', [0, 0, 0x80, 0xff], /at value 511/],
    ['dinov2', 'infinity in float16', [0, 0x7c], /model-0000\d-of-00003\.safetensors: tensor "encoder\.layer\.1\.mlp\.fc1\.weight".* at value 1023 of \[64, 16\]/],
    ['dinov2_with_registers', 'infinity in bfloat16', [0x80, 0x7f], /at value 1023/],
  ];
  for (const [family, what, bytes, message] of cases) {
    it(`names tensor and place of ${what}`, async () => {
      const folder = copyModel(family);
      await damage(folder, 'encoder.layer.1.intermediate.dense.weight', bytes);
      await assert.rejects(checkFinite(await loadBaseModel(folder)), { code: 'BAD_MODEL', message });
    });
  }

  it('takes the largest float and a denormal', async () => {
    const folder = copyModel('deit');
    await damage(folder, 'layernorm.weight', [0xff, 0xff, 0x7f, 0x7f]);
    await damage(folder, 'layernorm.bias', [1, 0, 0, 0]);
    await checkFinite(await loadBaseModel(folder));
  });

  it('stops at an abort', async () => {
    await assert.rejects(checkFinite(await loadBaseModel(copyModel('vit')), AbortSignal.abort(new Error('enough'))), /enough/);
  });

  it('notices a file that was replaced by a shorter one', async () => {
    const folder = copyModel('deit');
    const model = await loadBaseModel(folder);
    writeFileSync(join(folder, 'short'), readFileSync(join(folder, 'model.safetensors')).subarray(0, 9000));
    renameSync(join(folder, 'short'), join(folder, 'model.safetensors'));
    await assert.rejects(checkFinite(model), { code: 'BAD_FILE', message: /The file has shrunk/ });
  });
});
