import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLayouts, type ManifestSample } from '@eyegazer/core';
import { awkwardNames, createLabelledVersion, packVersion, type LabelledVersion } from '../../unit/data/labelled-version.js';

/** A Python with datasets and Pillow; EYEGAZER_PYTHON names another than python3. */
const python = process.env['EYEGAZER_PYTHON'] ?? 'python3';
const script = join(import.meta.dirname, 'load-with-datasets.py');

type Loaded = Record<string, { names: string[]; labels: number[]; sizes: [number, number][]; sha256: string[] }>;

describe('exports loaded by the library datasets', function () {
  this.timeout(120_000);
  let folder: string;
  let version: LabelledVersion;

  before(async function () {
    if (spawnSync(python, ['-c', 'import datasets, PIL']).status !== 0) {
      console.warn(`    skipped: ${python} has no datasets and Pillow; EYEGAZER_PYTHON names one that has`);
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'eyegazer-datasets-'));
    version = await createLabelledVersion();
  });
  after(() => folder && rmSync(folder, { recursive: true }));

  function load(...args: string[]): Loaded {
    const run = spawnSync(python, [script, ...args], { encoding: 'utf8', env: { ...process.env, HF_HUB_OFFLINE: '1', HF_HOME: join(folder, 'home') } });
    assert.equal(run.status, 0, run.stderr);
    return JSON.parse(run.stdout) as Loaded;
  }

  for (const layout of exportLayouts) {
    it(`open as ${layout} with images, labels and the names of the classes in their order, with and without README.md`, async () => {
      const zip = join(folder, `${layout}.zip`);
      writeFileSync(zip, await packVersion(version, layout));
      const unpacked = join(folder, layout);
      execFileSync(python, ['-m', 'zipfile', '-e', zip, unpacked]);
      for (const [i, builder] of [[], [layout]].entries()) {
        const loaded = load(unpacked, join(folder, `cache-${layout}-${i}`), ...builder);
        assert.deepEqual(Object.keys(loaded).sort(), ['test', 'train', 'validation']);
        for (const [split, samples] of [['train', version.train], ['validation', version.eval], ['test', version.predict]] as [string, ManifestSample[]][]) {
          assert.deepEqual(loaded[split], {
            names: awkwardNames,
            labels: samples.map(({ label }) => label ?? -1),
            sizes: samples.map(({ width, height }) => [width, height]),
            sha256: samples.map(({ sha256 }) => sha256),
          });
        }
      }
    });
  }
});
