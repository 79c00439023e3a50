import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createSmallRun, type SmallRun } from './small-run.js';

describe('a run split by a checkpoint', function () {
  this.timeout(120_000);
  let run: SmallRun;
  let uncut: Awaited<ReturnType<SmallRun['train']>>;
  before(async () => {
    run = await createSmallRun();
    uncut = await run.train();
  });
  after(() => run.dispose());

  it('is worth splitting: several updates, the last of each epoch smaller, each changing every tensor', () => {
    assert.equal(run.updates, 6);
    assert.equal(uncut.states.length, 6);
    assert.deepEqual(uncut.reports.map(([, , , , images]) => images), [10, 10, 3, 10, 10, 3]);
    assert.equal(new Set(uncut.reports.map(([, loss]) => loss)).size, 6);
  });

  it('equals itself, run twice', async () => {
    const again = await run.train();
    assert.deepEqual(again.reports, uncut.reports);
    assertSameBytes(again.states.at(-1)!, uncut.states.at(-1)!);
  });

  for (const split of [1, 2, 3, 4, 5]) {
    it(`equals the uncut one bit for bit when split after update ${split}`, async () => {
      const resumed = await run.train(uncut.states[split - 1]);
      assert.deepEqual(resumed.reports, uncut.reports.slice(split));
      resumed.states.forEach((state, i) => assertSameBytes(state, uncut.states[split + i]!));
    });
  }

  it('equals the uncut one when split at every update in turn', async () => {
    let state = uncut.states[0]!;
    for (let update = 1; update < run.updates; update++) state = (await run.train(state)).states[0]!;
    assertSameBytes(state, uncut.states.at(-1)!);
  });

  it('equals the uncut one when another process goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eyegazer-resume-'));
    try {
      const [from, to] = [join(folder, 'from.safetensors'), join(folder, 'to.safetensors')];
      writeFileSync(from, uncut.states[2]!);
      const script = fileURLToPath(new URL('small-run-process.ts', import.meta.url));
      await promisify(execFile)(process.execPath, ['--import', 'tsx/esm', script, from, to]);
      assertSameBytes(readFileSync(to), uncut.states.at(-1)!);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

for (const [what, options] of [
  ['full fine-tuning', { adaptation: { method: 'full' } }],
  ['the head alone', { adaptation: { method: 'head' } }],
  ['the eager engine', { engine: 'eager', eagerBackend: 'wasm' }],
] as const) {
  it(`a split run equals the uncut one bit for bit: ${what}`, async function () {
    this.timeout(60_000);
    const run = await createSmallRun(options);
    const uncut = await run.train();
    const resumed = await run.train(uncut.states[3]);
    run.dispose();
    assert.deepEqual(resumed.reports, uncut.reports.slice(4));
    assertSameBytes(resumed.states.at(-1)!, uncut.states.at(-1)!);
  });
}

function assertSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  assert.ok(Buffer.from(actual).equals(Buffer.from(expected)), 'the same bytes');
}
