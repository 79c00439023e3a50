import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { predictedClass, resolveTask, type EventBody } from '@eyegazer/core';
import { loadDatasetVersion } from '@eyegazer/data';
import { runTraining } from '@eyegazer/worker';
import { slowestStoreStartMs } from '../../fixtures/test-store.js';
import { createTinyWorld, tinyConfig, tinyModelFiles, type TinyWorld } from '../../integration/worker/tiny-world.js';

/** A Python with torch, transformers and peft; EYEGAZER_PYTHON names another than python3. */
const python = process.env['EYEGAZER_PYTHON'] ?? 'python3';

describe('the lines of Python in the README of a bundle', function () {
  this.timeout(180_000);
  let world: TinyWorld;
  let base: string;

  before(async function () {
    this.timeout(slowestStoreStartMs);
    if (spawnSync(python, ['-c', 'import torch, peft, transformers, PIL']).status !== 0) {
      console.warn(`    skipped: ${python} has no torch, transformers, peft and pillow; EYEGAZER_PYTHON names one that has`);
      this.skip();
    }
    world = await createTinyWorld();
    base = await mkdtemp(join(world.home, 'base-'));
    for (const [name, bytes] of tinyModelFiles()) await writeFile(join(base, name), bytes);
  });
  after(() => world?.remove());

  /** Trains, unpacks the bundle, and puts its first held-out image beside the README as image.png. */
  async function makeBundle(changes: Record<string, unknown>): Promise<string> {
    const files = new Map<string, string>();
    const job = {
      experimentName: 'a run', deviceKey: 'machine:cpu', deviceName: 'CPU', device: 'cpu' as const, halfPrecision: false, config: tinyConfig(changes),
      dataset: { name: 'fundus', version: 1, contentId: world.dataset.version.contentId },
      model: { name: 'acme/tiny-vit', source: base, files: world.modelFiles },
      home: world.home, store: world.storeAddress, threads: 1,
    };
    const emit = (event: EventBody): void => void (event.type === 'artifact' && files.set(event.data.name, event.data.sha256));
    await runTraining({ job, store: world.store, channel: { emit, signal: new AbortController().signal, sendRunning: () => undefined, breathe: async () => undefined } });
    const folder = await mkdtemp(join(world.home, 'bundle-'));
    for (const [name, sha256] of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), await world.read(sha256));
    }
    const version = await loadDatasetVersion({ contentId: world.dataset.version.contentId, store: world.store });
    await writeFile(join(folder, 'image.png'), await version.readImage(version.eval[0]!));
    return folder;
  }

  async function runReadme(folder: string): Promise<string> {
    const readme = await readFile(join(folder, 'README.md'), 'utf8');
    const code = /```python\n([^]*?)```/.exec(readme)?.[1] ?? '';
    const { status, stdout, stderr } = spawnSync(python, ['-c', code], { cwd: folder, encoding: 'utf8', env: { ...process.env, HF_HUB_OFFLINE: '1' } });
    assert.equal(status, 0, stderr);
    // The head of the base model is replaced; anything else that was made up would make the answers random.
    assert.doesNotMatch(stderr, /^(?!classifier\.).*\| MISSING/m);
    return stdout;
  }

  async function firstLogits(folder: string): Promise<number[]> {
    const [header = '', first = ''] = (await readFile(join(folder, 'predictions.csv'), 'utf8')).split('\n');
    return first.split(',').slice(3 - header.split(',').length).map(Number);
  }

  const cases: [string, Record<string, unknown>, number][] = [
    ['LoRA on every linear layer', { adapter: { r: 4, alpha: 8, targetModules: 'all-linear' } }, 1e-4],
    ['a head alone', { adapter: { method: 'head' } }, 1e-4],
    ['full fine-tuning, averaged', { adapter: { method: 'full' }, training: { ema: 0.9 } }, 1e-4],
    // Transformers resizes with torchvision, a grey level off PIL here and there.
    ['LoRA at another image size', { model: { base: 'acme/tiny-vit', imageSize: 48 } }, 2e-2],
    ['full fine-tuning at another image size', { adapter: { method: 'full' }, model: { base: 'acme/tiny-vit', imageSize: 48 } }, 2e-2],
  ];
  for (const [what, changes, tolerance] of cases) {
    it(`answer for an image what predictions.csv says: ${what}`, async () => {
      const folder = await makeBundle(changes);
      const printed = (await runReadme(folder)).trim();
      const answers = [...printed.matchAll(/'(\d)': ([\d.e-]+)/g)].map(([, , p]) => Number(p));
      const logits = await firstLogits(folder);
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      assert.equal(answers.length, 5, printed);
      logits.forEach((logit, i) => assert.ok(Math.abs((answers[i] ?? 9) - Math.exp(logit) / total) < tolerance, `${printed}, expected ${Math.exp(logit) / total} for ${i}`));
    });
  }

  for (const method of ['lora', 'full']) {
    it(`answer with a grade and its class: regression by ${method}`, async () => {
      const folder = await makeBundle({ task: { kind: 'regression' }, adapter: { method } });
      const [grade = '', name] = (await runReadme(folder)).trim().split(' ');
      const [expected = 0] = await firstLogits(folder);
      assert.ok(Math.abs(Number(grade) - expected) < 1e-4, `${grade}, expected ${expected}`);
      assert.equal(name, String(predictedClass(resolveTask({ kind: 'regression', range: null, thresholds: null, loss: 'mse' }, 5), [expected])));
    });
  }
});
