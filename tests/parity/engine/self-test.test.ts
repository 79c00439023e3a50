import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSelfTest } from '@eyegazer/engine';
import { parseSafetensors } from '@eyegazer/formats';
import { flatten, golden, goldenFolder, readTensors } from './golden.js';

const folder = fileURLToPath(new URL('../../../packages/engine/self-test', import.meta.url));

describe('the self-test of devices', () => {
  it('holds the golden step as PyTorch computed it, to float32', () => {
    const path = join(folder, 'step.safetensors');
    const shipped = parseSafetensors(readFileSync(path), path);
    const [step] = golden.steps;
    const start = readTensors(join(goldenFolder, 'adapter_step0/adapter_model.safetensors'));
    const expected = new Map<string, ArrayLike<number>>([
      ['pixels', golden.pixel_values.data], ['labels', golden.labels], ['loss', [step!.loss]], ['logits', flatten(step!.logits)],
      ...[...start].map(([name, values]) => [`trainable ${name}`, values] as const),
      ...Object.entries(step!.grads).map(([name, values]) => [`gradient ${name}`, flatten(values)] as const),
    ]);
    assert.deepEqual([...shipped.tensors.keys()].sort(), [...expected.keys()].sort());
    for (const [name, values] of expected) assert.deepEqual(shipped.readTensor(name), Float32Array.from(values), name);
    for (const name of ['config.json', 'model.safetensors']) assert.deepEqual(readFileSync(join(folder, name)), readFileSync(join(goldenFolder, 'base', name)), name);
  });

  it('is passed by the CPU, by the rounding of float32 off', async () => {
    const { maxError, halfPrecisionFailure } = await runSelfTest('cpu');
    assert.ok(maxError > 0 && maxError < 1e-5, String(maxError));
    assert.match(halfPrecisionFailure ?? '', /CPU/);
  });
});
