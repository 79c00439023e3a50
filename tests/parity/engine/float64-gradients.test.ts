import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainSession } from '@eyegazer/engine';
import { loadBaseModel } from '@eyegazer/formats';
import { loadTrainableTensors, type Adaptation } from '@eyegazer/model';
import { needsShared, sharedPath } from '../../shared-path.js';
import { readTensors } from './golden.js';
import { readPixels, readTrajectory, trajectoryHeads, trajectoryLora, trajectoryNames } from './real-images.js';

/** A Python with torch, transformers and peft; EYEGAZER_PYTHON names another than python3. */
const python = process.env['EYEGAZER_PYTHON'] ?? 'python3';

const cases = [...trajectoryNames.map((name) => ({ name, method: 'lora' as const })), { name: 'trajectory-multiclass' as const, method: 'full' as const }];

describe('gradients of DeiT-tiny on real images, against those of Transformers and PEFT in float64', function () {
  this.timeout(300_000);
  let dir: string;
  before(function () {
    needsShared(this, 'models/deit-tiny', 'data/aptos-sample', 'fixtures/trajectory-multiclass');
    if (spawnSync(python, ['-c', 'import torch, peft, transformers']).status !== 0) {
      console.warn(`    skipped: ${python} has no torch, transformers and peft; EYEGAZER_PYTHON names one that has`);
      this.skip();
    }
    dir = mkdtempSync(join(tmpdir(), 'eyegazer-float64-'));
  });
  after(() => dir && rmSync(dir, { recursive: true }));

  for (const { name, method } of cases) {
    it(`${method}, ${name}: as near as PyTorch's own float32, and within rtol 2e-3 and atol 1e-6 but for a few elements`, async () => {
      const folder = sharedPath(`fixtures/${name}`);
      const trajectory = readTrajectory(folder);
      const { ids, labels } = trajectory.log[0]!;
      const model = await loadBaseModel(sharedPath('models/deit-tiny'));
      const head = trajectoryHeads[trajectory.task];
      const adaptation: Adaptation = method === 'lora' ? trajectoryLora(trajectory) : { method };
      const startPath = `${folder}/trainable_step0.safetensors`;
      const trainable = new Map([...(await loadTrainableTensors(model, { adaptation, head, seed: 1 }))].map(([name, { data }]) => [name, data]));
      for (const [name, values] of readTensors(startPath)) trainable.get(name)?.set(values);
      const pixels = await readPixels(ids, model);
      const session = await createTrainSession({ model, head, adaptation, microBatch: labels.length, engine: 'traced' });
      const { grads } = await session.step({ pixels, targets: labels, sampleWeights: labels.map(() => 1 / labels.length), dropout: null, trainable });
      await session.dispose();

      const names = [...trainable.keys()];
      const [specPath, pixelsPath, outPath] = ['spec.json', 'pixels.bin', 'gradients.bin'].map((file) => join(dir, file)) as [string, string, string];
      writeFileSync(specPath, JSON.stringify({ lora: method === 'lora' ? trajectory.lora : null, outputs: head.numOutputs, labels, imageSize: model.config.imageSize, names }));
      writeFileSync(pixelsPath, pixels);
      const script = join(import.meta.dirname, 'float64-gradients.py');
      const run = spawnSync(python, [script, sharedPath('models/deit-tiny'), specPath, pixelsPath, startPath, outPath], { encoding: 'utf8', env: { ...process.env, HF_HUB_OFFLINE: '1' } });
      assert.equal(run.status, 0, run.stderr);
      const all = new Float64Array(new Uint8Array(readFileSync(outPath)).buffer);
      const exact = all.subarray(0, all.length / 2);
      const ours = compare(Float64Array.from(names.flatMap((name) => [...grads.get(name)!])), exact);
      const torch = compare(all.subarray(all.length / 2), exact);
      console.log(`      beyond rtol 2e-3, atol 1e-6: ours ${ours.beyond}, PyTorch float32 ${torch.beyond} of ${exact.length}; relative L2 error: ${ours.error.toExponential(2)}, ${torch.error.toExponential(2)}`);
      assert.ok(ours.beyond <= exact.length / 50_000, `${ours.beyond} of ${exact.length} elements`);
      assert.ok(ours.error <= 1.5 * torch.error, `${ours.error} and ${torch.error}`);
    });
  }
});

/** How far gradients are from the exact ones. */
function compare(actual: Float64Array, exact: Float64Array): { beyond: number; error: number } {
  assert.equal(actual.length, exact.length);
  let beyond = 0;
  let squares = 0;
  let size = 0;
  exact.forEach((value, i) => {
    const difference = Math.abs(actual[i]! - value);
    if (difference > 1e-6 + 2e-3 * Math.abs(value)) beyond += 1;
    squares += difference ** 2;
    size += value ** 2;
  });
  return { beyond, error: Math.sqrt(squares / size) };
}
