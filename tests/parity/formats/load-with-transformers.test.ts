import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEvalSession } from '@eyegazer/engine';
import { loadBaseModel, parseSafetensors, readImageClassifier, vitFamilies, vitModelTypes, writeImageClassifier, type FloatTensor, type ViTModelType } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';

/** A Python with torch and transformers; EYEGAZER_PYTHON names another than python3. */
const python = process.env['EYEGAZER_PYTHON'] ?? 'python3';
const script = join(import.meta.dirname, 'load-with-transformers.py');
/** Image sizes of the references, the model's own first. */
const sizes: Readonly<Record<ViTModelType, readonly number[]>> = { vit: [12, 20], deit: [12, 16], dinov2: [20, 12], dinov2_with_registers: [20, 12] };
const labels = ['none', 'mild', 'severe'];

interface Loaded {
  logits: number[][];
  class: string;
  labels: string[];
  missing: string[];
  unexpected: string[];
}

describe('model folders', function () {
  this.timeout(120_000);
  let dir: string;
  before(() => void (dir = mkdtempSync(join(tmpdir(), 'eyegazer-model-'))));
  after(() => rmSync(dir, { recursive: true }));

  for (const modelType of vitModelTypes) {
    for (const size of sizes[modelType]) {
      const make = async () => {
        const folder = join(dir, `${modelType}-${size}`);
        const family = fixturePath(`families/${modelType}`);
        const model = await loadBaseModel(family, { imageSize: size });
        const trained = parseSafetensors(readFileSync(join(family, 'trainable.safetensors')));
        const head = new Map<string, FloatTensor>([...trained.tensors].flatMap(([name, { shape }]) => (name.includes('classifier') ? [[name, { shape, data: trained.readTensor(name) }]] : [])));
        rmSync(folder, { recursive: true, force: true });
        await writeImageClassifier(folder, { ...model, labels, problemType: 'single_label_classification', head });
        return { folder, model, head, reference: parseSafetensors(readFileSync(join(family, `reference-${size}.safetensors`))) };
      };

      it(`of ${modelType} at ${size} pixels give back every value`, async () => {
        const { folder, model, head } = await make();
        const read = await readImageClassifier(folder);
        assert.deepEqual(read.head, head);
        assert.deepEqual({ ...read.model.config, architectures: [] }, { ...model.config, architectures: [] });
        assert.deepEqual(read.model.preprocessor, model.preprocessor);
        assert.deepEqual([...read.model.tensors.keys()].sort(), [...model.tensors.keys()].sort());
        for (const name of model.tensors.keys()) assert.deepEqual(await read.model.readTensor(name), await model.readTensor(name), name);
      });

      it(`of ${modelType} at ${size} pixels are loaded by Transformers with equal logits`, async function () {
        if (spawnSync(python, ['-c', 'import torch, transformers']).status !== 0) {
          console.warn(`    skipped: ${python} has no torch and transformers; EYEGAZER_PYTHON names one that has`);
          this.skip();
        }
        const { folder, model, head, reference } = await make();
        const pixels = reference.readTensor('pixels');
        const pixelsPath = join(dir, 'pixels.json');
        writeFileSync(pixelsPath, JSON.stringify({ pixel_values: { shape: reference.tensors.get('pixels')!.shape, data: [...pixels] } }));
        const run = spawnSync(python, [script, folder, pixelsPath], { encoding: 'utf8', env: { ...process.env, HF_HUB_OFFLINE: '1' } });
        assert.equal(run.status, 0, run.stderr);
        const loaded = JSON.parse(run.stdout) as Loaded;
        assert.deepEqual([loaded.class, loaded.labels, loaded.missing, loaded.unexpected], [vitFamilies[modelType].classifierClass, labels, [], []]);

        const session = await createEvalSession({ model, head: { kind: 'multiclass', numOutputs: 3, loss: 'crossEntropy' }, adaptation: { method: 'head' }, microBatch: 3, engine: 'traced' });
        const own = await session.logits({ pixels, n: 3, trainable: new Map([...head].map(([name, { data }]) => [name, data])) });
        await session.dispose();
        loaded.logits.flat().forEach((logit, i) => assert.ok(Math.abs(logit - own[i]!) < 1e-5, `logit ${i} is ${logit}, expected ${own[i]}`));
      });
    }
  }
});
