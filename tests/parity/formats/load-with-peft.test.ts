import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loraTargetModules } from '@eyegazer/core';
import { findLoraModules, loraModuleName, loraTensorShapes, parseSafetensors, parseViTConfig, readPeftAdapter, vitModelTypes, writePeftAdapter, type AdapterNaming, type FloatTensor, type LoraConfig, type ViTModelType } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';

/** A Python with torch, transformers and peft; EYEGAZER_PYTHON names another than python3. */
const python = process.env['EYEGAZER_PYTHON'] ?? 'python3';
const script = join(import.meta.dirname, 'load-with-peft.py');
const baseDir = fixturePath('golden/base');
const goldenPath = fixturePath('golden/golden.json');
const config = parseViTConfig(JSON.parse(readFileSync(join(baseDir, 'config.json'), 'utf8')), 'config.json');

describe('adapters loaded by Hugging Face PEFT', function () {
  this.timeout(120_000);
  let dir: string;
  let isNewEra: boolean;

  before(function () {
    const probe = spawnSync(python, ['-c', 'import torch, peft, transformers; print(transformers.__version__)'], { encoding: 'utf8' });
    if (probe.status !== 0) {
      console.warn(`    skipped: ${python} has no torch, transformers and peft; EYEGAZER_PYTHON names one that has`);
      this.skip();
    }
    const [major, minor] = probe.stdout.split('.').map(Number) as [number, number];
    isNewEra = major > 5 || (major === 5 && minor >= 9);
    dir = mkdtempSync(join(tmpdir(), 'eyegazer-peft-'));
  });
  after(() => dir && rmSync(dir, { recursive: true }));

  interface Inputs {
    numOutputs: number;
    folder?: string;
    pixelsPath?: string;
  }

  function loadWithPeft(files: ReadonlyMap<string, Uint8Array>, { numOutputs, folder = baseDir, pixelsPath = goldenPath }: Inputs): { logits: number[][]; adapted: string[] } {
    for (const [name, bytes] of files) writeFileSync(join(dir, name), bytes);
    const run = spawnSync(python, [script, folder, dir, pixelsPath, String(numOutputs)], { encoding: 'utf8', env: { ...process.env, HF_HUB_OFFLINE: '1' } });
    assert.equal(run.status, 0, run.stderr);
    return JSON.parse(run.stdout) as { logits: number[][]; adapted: string[] };
  }

  it('give the golden logits after three steps, in dual naming and in that of the Transformers installed', async () => {
    const golden = JSON.parse(readFileSync(goldenPath, 'utf8')) as { logits_after_3_steps: number[][] };
    const { lora, tensors } = await readPeftAdapter(fixturePath('golden/adapter_step3'));
    const namings: AdapterNaming[] = ['dual', isNewEra ? 'new' : 'classic'];
    for (const naming of namings) {
      const { logits } = loadWithPeft(writePeftAdapter({ config, lora, baseModelNameOrPath: baseDir, naming, tensors }), { numOutputs: 3 });
      logits.flat().forEach((value, i) => assert.ok(Math.abs(value - golden.logits_after_3_steps.flat()[i]!) < 1e-5, `${naming}: logit ${i} is ${value}`));
    }
  });

  const asked: LoraConfig['targetModules'][] = [['query', 'key', 'value', 'attention.output.dense', 'intermediate.dense', 'output.dense'], ['output.dense'], ['vit.encoder.layer.0.output.dense', 'key']];
  for (const targetModules of asked) {
    it(`adapt exactly the modules meant by ${targetModules.join(', ')}`, () => {
      const lora: LoraConfig = { r: 2, loraAlpha: 3, loraDropout: 0.1, targetModules, useRslora: true, layersToTransform: null };
      const tensors = new Map<string, FloatTensor>();
      for (const [name, shape] of loraTensorShapes(config, lora, 1)) {
        const data = Float32Array.from({ length: shape.reduce((p, s) => p * s, 1) }, (_, i) => Math.sin(i + name.length) / 8);
        tensors.set(name, { shape, data });
      }
      const { logits, adapted } = loadWithPeft(writePeftAdapter({ config, lora, baseModelNameOrPath: baseDir, naming: 'dual', tensors }), { numOutputs: 1 });
      const meant = findLoraModules(lora, config).map((module) => loraModuleName(module, { modelType: 'vit', naming: isNewEra ? 'new' : 'classic' }));
      assert.deepEqual(adapted.sort(), meant.sort());
      assert.equal(logits[0]!.length, 1);
    });
  }

  const sizes: Readonly<Record<ViTModelType, readonly number[]>> = { vit: [12, 20], deit: [12, 16], dinov2: [20, 12, 28], dinov2_with_registers: [20, 12, 28] };
  for (const modelType of vitModelTypes) {
    for (const size of sizes[modelType]) {
      it(`adapt ${modelType} at ${size} pixels to the reference's logits, in dual naming and in that of the Transformers installed`, () => {
        const folder = fixturePath(`families/${modelType}`);
        const family = parseViTConfig(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')), 'config.json');
        const lora: LoraConfig = { r: 2, loraAlpha: 3, loraDropout: 0, targetModules: [...loraTargetModules], useRslora: false, layersToTransform: null };
        const trained = parseSafetensors(readFileSync(join(folder, 'trainable.safetensors')));
        const tensors = new Map<string, FloatTensor>([...trained.tensors].map(([name, { shape }]) => [name, { shape, data: trained.readTensor(name) }]));
        const reference = parseSafetensors(readFileSync(join(folder, `reference-${size}.safetensors`)));
        const expected = reference.readTensor('logits');
        const pixelsPath = join(dir, 'pixels.json');
        writeFileSync(pixelsPath, JSON.stringify({ pixel_values: { shape: reference.tensors.get('pixels')!.shape, data: [...reference.readTensor('pixels')] } }));
        for (const naming of ['dual', isNewEra ? 'new' : 'classic'] as const) {
          const { logits, adapted } = loadWithPeft(writePeftAdapter({ config: family, lora, baseModelNameOrPath: folder, naming, tensors }), { numOutputs: 3, folder, pixelsPath });
          logits.flat().forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 2e-5, `${naming}: logit ${i} is ${value}, expected ${expected[i]}`));
          const names = findLoraModules(lora, family).map((module) => loraModuleName(module, { modelType, naming: isNewEra ? 'new' : 'classic' }));
          assert.deepEqual(adapted.sort(), names.sort());
        }
      });
    }
  }
});
