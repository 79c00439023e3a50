import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { demoModel } from '@eyegazer/api';
import { loadBaseModel } from '@eyegazer/formats';

describe('the model that comes with Eyegazer', () => {
  it('is a ViT folder that loads, with finite weights that are not as random ones are', async () => {
    const model = await loadBaseModel(demoModel.folder);
    assert.deepEqual([model.config.modelType, model.config.imageSize, model.config.patchSize], ['vit', 96, 8]);
    for (const name of model.tensors.keys()) assert.ok((await model.readTensor(name)).every(Number.isFinite), name);
    const norm = await model.readTensor('layernorm.weight');
    assert.ok(norm.some((value) => Math.abs(value - 1) > 0.01), 'the last norm was trained');
  });

  it('takes at most 10 MB with its card, which names a licence, a result and how it was made', async () => {
    const files = await readdir(demoModel.folder);
    assert.deepEqual(files.sort(), ['README.md', 'config.json', 'model.safetensors', 'preprocessor_config.json']);
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(demoModel.folder, file))).size));
    assert.ok(sizes.reduce((a, b) => a + b) <= 10e6);
    const card = await readFile(join(demoModel.folder, 'README.md'), 'utf8');
    for (const words of [/^license: apache-2\.0$/m, /held out/, /bench\/pretrain\.ts/, /no photograph/i]) assert.match(card, words);
  });
});
