/** What the memory plan says, held against what a fresh process grows by. Linux alone tells that. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { RecomputeMode } from '@eyegazer/core';
import { loadBaseModel, parsePreprocessorConfig, vitTensorShapes, writePreprocessorConfig, type BaseModel, type ViTConfig } from '@eyegazer/formats';
import { estimateStepBytes, type HeadSpec, type LoraAdaptation } from '@eyegazer/model';
import { needsShared, sharedPath } from '../../shared-path.js';

const child = resolve(import.meta.dirname, '../../../bench/memory/child.ts');
const adaptation: LoraAdaptation = { method: 'lora', r: 16, loraAlpha: 16, loraDropout: 0.1, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null };
const head: HeadSpec = { kind: 'multiclass', numOutputs: 5, loss: 'crossEntropy' };

/** Bytes that compiling a step and running it twice add to a process of its own. */
function measure(folder: string, memoryCase: { microBatch: number; recompute: RecomputeMode; precision: 'fp32' }): Promise<number> {
  return new Promise((done, fail) => {
    const measuring = fork(child, ['growth', folder, JSON.stringify([memoryCase])], { execArgv: ['--import', 'tsx/esm', '--expose-gc'] });
    let peakBytes: number | undefined;
    measuring.on('message', (message) => (peakBytes = (message as { peakBytes: number }).peakBytes));
    measuring.on('exit', (code) => (peakBytes === undefined ? fail(new Error(`The measuring process ended with ${code}.`)) : done(peakBytes)));
  });
}

/** A ViT-B of numbers without meaning, each tensor its own. */
async function writeViTBase(folder: string): Promise<BaseModel> {
  const size = { hiddenSize: 768, numHiddenLayers: 12, numAttentionHeads: 12, intermediateSize: 3072, imageSize: 224, patchSize: 16 };
  const config: ViTConfig = {
    ...size, architectures: [], numChannels: 3, layerNormEps: 1e-12, qkvBias: true, hiddenAct: 'gelu', initializerRange: 0.02,
    modelType: 'vit', numPrefixTokens: 1, hasLayerScale: false, headInput: 'classToken',
  };
  let end = 0;
  const entries = [...vitTensorShapes(config)].map(([name, shape]) => {
    const start = end;
    end += 4 * shape.reduce((product, count) => product * count, 1);
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }] as const;
  });
  const entriesJson = JSON.stringify(Object.fromEntries(entries));
  const header = Buffer.from(entriesJson.padEnd(8 * Math.ceil(entriesJson.length / 8))); // aligned numbers are read in place
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = openSync(join(folder, 'model.safetensors'), 'w');
  writeSync(file, Buffer.concat([length, header]));
  const numbers = Float32Array.from({ length: 2 ** 20 }, (_, i) => 0.05 * Math.sin(i * i));
  for (let left = end; left > 0; ) {
    const part = new Uint8Array(numbers.buffer, 0, Math.min(left, numbers.byteLength - 4096)); // out of step with every tensor
    left -= writeSync(file, part);
  }
  closeSync(file);
  const json = {
    model_type: 'vit', hidden_size: size.hiddenSize, num_hidden_layers: size.numHiddenLayers, num_attention_heads: size.numAttentionHeads,
    intermediate_size: size.intermediateSize, image_size: size.imageSize, patch_size: size.patchSize, layer_norm_eps: 1e-12, qkv_bias: true,
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(json));
  writeFileSync(join(folder, 'preprocessor_config.json'), writePreprocessorConfig(parsePreprocessorConfig({}, 'preprocessor_config.json')));
  return loadBaseModel(folder);
}

function assertPlanned(measured: number, planned: number, what: string): void {
  const allowed = 0.15 * measured + 100e6;
  assert.ok(Math.abs(planned - measured) <= allowed, `${what}: planned ${(planned / 1e6).toFixed(0)} MB, measured ${(measured / 1e6).toFixed(0)} MB`);
}

describe('the memory plan, beside a process', () => {
  before(function () {
    if (!existsSync('/proc/self/clear_refs')) this.skip();
  });

  it('holds for DeiT-tiny at sizes it was not made with', async function () {
    this.timeout(120_000);
    needsShared(this);
    const model = await loadBaseModel(sharedPath('models/deit-tiny'));
    for (const [microBatch, recompute] of [[24, 'none'], [13, 'selective']] as const) {
      const planned = estimateStepBytes({ config: model.config, adaptation, head, recompute })(microBatch);
      assertPlanned(await measure(dirname(model.weightsPath), { microBatch, recompute, precision: 'fp32' }), planned, `${recompute} x${microBatch}`);
    }
  });

  it('holds for ViT-B, of which a sample takes at most 70 MB in selective and 22 MB in full', async function () {
    this.timeout(240_000);
    const folder = mkdtempSync(join(tmpdir(), 'eyegazer-vit-base-'));
    try {
      const { config } = await writeViTBase(folder);
      for (const [recompute, microBatch, most] of [['none', 3, Infinity], ['selective', 5, 70e6], ['full', 5, 22e6]] as const) {
        const estimate = estimateStepBytes({ config, adaptation, head, recompute });
        assertPlanned(await measure(folder, { microBatch, recompute, precision: 'fp32' }), estimate(microBatch), `${recompute} x${microBatch}`);
        const perSample = (estimate(16) - estimate(2)) / 14;
        assert.ok(perSample <= most, `${recompute}: ${(perSample / 1e6).toFixed(1)} MB a sample planned`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
