import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseViTConfig, writeViTConfig } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';
import { needsShared, sharedPath } from '../../shared-path.js';

const golden = JSON.parse(readFileSync(fixturePath('golden/base/config.json'), 'utf8')) as Record<string, unknown>;

describe('parseViTConfig', () => {
  it('reads the golden config', () => {
    assert.deepEqual(parseViTConfig(golden, 'config.json'), {
      architectures: ['ViTForImageClassification'],
      hiddenSize: 16,
      numHiddenLayers: 2,
      numAttentionHeads: 2,
      intermediateSize: 32,
      imageSize: 16,
      patchSize: 8,
      numChannels: 3,
      layerNormEps: 1e-12,
      qkvBias: true,
      hiddenAct: 'gelu',
      initializerRange: 0.02,
      modelType: 'vit',
      numPrefixTokens: 1,
      hasLayerScale: false,
      headInput: 'classToken',
    });
  });

  it('reads DeiT-tiny, whose epsilon is not the default', function () {
    needsShared(this, 'models/deit-tiny');
    const deit = parseViTConfig(JSON.parse(readFileSync(sharedPath('models/deit-tiny/config.json'), 'utf8')), 'config.json');
    assert.equal(deit.layerNormEps, 1e-6);
    assert.equal(deit.hiddenSize, 192);
  });

  it('takes the defaults of transformers for missing keys: ViT-base', () => {
    const { hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize, imageSize, patchSize, layerNormEps } = parseViTConfig({ model_type: 'vit' }, 'config.json');
    assert.deepEqual({ hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize, imageSize, patchSize, layerNormEps }, {
      hiddenSize: 768, numHiddenLayers: 12, numAttentionHeads: 12, intermediateSize: 3072, imageSize: 224, patchSize: 16, layerNormEps: 1e-12,
    });
  });

  it('reads sizes given as [height, width]', () => {
    const config = parseViTConfig({ ...golden, image_size: [32, 32], patch_size: [16, 16] }, 'config.json');
    assert.equal(config.imageSize, 32);
    assert.equal(config.patchSize, 16);
  });

  it('reads what it wrote', () => {
    const config = parseViTConfig(golden, 'config.json');
    assert.deepEqual(parseViTConfig(JSON.parse(writeViTConfig(config)), 'config.json'), config);
  });

  const refusals: [claim: string, change: Record<string, unknown>, path: string][] = [
    ['another kind of model', { model_type: 'swin' }, 'model_type'],
    ['the SwiGLU layers of DINOv2-giant', { model_type: 'dinov2', image_size: 28, use_swiglu_ffn: true }, 'use_swiglu_ffn'],
    ['dropout inside the base model', { hidden_dropout_prob: 0.1 }, 'hidden_dropout_prob'],
    ['more layers than any model has', { num_hidden_layers: 1e9 }, 'num_hidden_layers'],
    ['an approximate GELU', { hidden_act: 'gelu_new' }, 'hidden_act'],
    ['heads that do not divide the width', { num_attention_heads: 3 }, 'hidden_size'],
    ['patches that do not divide the image', { patch_size: 7 }, 'image_size'],
    ['an oblong image', { image_size: [16, 32] }, 'image_size'],
    ['grey images', { num_channels: 1 }, 'num_channels'],
    ['no layers', { num_hidden_layers: 0 }, 'num_hidden_layers'],
    ['a width in words', { hidden_size: '16' }, 'hidden_size'],
  ];
  for (const [claim, change, path] of refusals) {
    it(`refuses ${claim}`, () => {
      assert.throws(() => parseViTConfig({ ...golden, ...change }, 'some/config.json'), (error: Error & { code?: string; path?: string }) => {
        assert.equal(error.code, 'BAD_MODEL');
        assert.equal(error.path, path);
        assert.match(error.message, new RegExp(`^some/config\\.json: ${path}: expected .*, got `));
        return true;
      });
    });
  }

  it('refuses a file that is no object', () => {
    assert.throws(() => parseViTConfig([], 'config.json'), { code: 'BAD_MODEL', message: /expected an object, got \[\]/ });
  });
});
