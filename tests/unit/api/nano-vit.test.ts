import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNanoViT } from '@eyegazer/api';
import { loadBaseModel } from '@eyegazer/formats';

describe('the demo model', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'nano-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('is a ViT folder that loads, small, with finite weights of the size its layers want', async () => {
    await writeNanoViT(folder, { seed: 42 });
    const model = await loadBaseModel(folder);
    assert.equal(model.config.imageSize, 96);
    assert.ok(model.parameterCount < 400_000, String(model.parameterCount));
    const query = await model.readTensor('encoder.layer.0.attention.attention.query.weight');
    const deviation = Math.sqrt(query.reduce((sum, value) => sum + value * value, 0) / query.length);
    assert.ok(Math.abs(deviation * Math.sqrt(model.config.hiddenSize) - 1) < 0.05, String(deviation));
  });

  it('is the same bytes for the same seed and others for another', async () => {
    const weights = async (seed: number, name: string): Promise<Buffer> => {
      await writeNanoViT(join(folder, name), { seed });
      return readFile(join(folder, name, 'model.safetensors'));
    };
    const first = await weights(42, 'a');
    assert.ok(first.equals(await weights(42, 'b')));
    assert.ok(!first.equals(await weights(43, 'c')));
  });
});
