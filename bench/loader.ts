/**
 * Images to train on, from the disk to the step: augmented 224-pixel images a second, from the cache of prepared images and by
 * decoding 5-megapixel originals in every epoch, as a notebook's loader does; and how long a training step of DeiT-tiny on the CPU
 * waits for its images in either case. After a build:
 *
 *   npx tsx bench/loader.ts [--originals 120] [--threads 2]
 *
 * Everything runs one after the other in one process, in rounds, so that a busy machine slows all alike; the best round counts.
 * The other notebook side is Pillow and numpy in as many processes (`python3` with PIL and numpy, or what PEER_PYTHON names).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { augmentPresets, type AugmentPresetName } from '@eyegazer/core';
import { createPreparation, fillImageCache } from '@eyegazer/data';
import { createOriginals } from './loader/create-originals.js';
import { measureLoader } from './loader/measure-loader.js';
import { measurePillow } from './loader/measure-pillow.js';
import { measureStepWait, type StepWait } from './loader/measure-step-wait.js';
import { preprocessor } from './loader/preprocessor.js';

const { values } = parseArgs({ options: { originals: { type: 'string', default: '120' }, threads: { type: 'string', default: '2' } } });
const threads = Number(values.threads);
const presets = ['standard', 'fundus'] as const satisfies AugmentPresetName[];
const rounds = 3;

const folder = mkdtempSync(join(tmpdir(), 'eyegazer-bench-loader-'));
try {
  const originals = await createOriginals(folder, Number(values.originals));
  const { version } = originals;
  const cacheFolder = join(folder, 'cache');
  const filling = performance.now();
  for (const preset of presets) await fillImageCache({ cache: { folder: cacheFolder, limitBytes: 1e11 }, version, split: 'train', preparation: createPreparation(preprocessor, augmentPresets[preset]), threads });
  const fillSeconds = (performance.now() - filling) / 1000 / presets.length;

  const best = new Map<string, number>();
  const keep = (name: string, imagesPerSecond: number): void => void best.set(name, Math.max(best.get(name) ?? 0, imagesPerSecond));
  for (let round = 0; round < rounds; round++) {
    for (const preset of presets) keep(`cache, ${preset}`, await measureLoader({ version, preset, threads, images: 3000, cacheFolder }));
    keep('decoding originals, standard', await measureLoader({ version, preset: 'standard', threads, images: version.train.length }));
    const pillow = await measurePillow({ folder: originals.folder, processes: threads });
    if (pillow !== null) keep('Pillow and numpy, decoding originals, standard', pillow);
  }
  const waits: [string, StepWait][] = [
    ['cache, standard', await measureStepWait({ version, preset: 'standard', cacheFolder })],
    ['cache, fundus', await measureStepWait({ version, preset: 'fundus', cacheFolder })],
    ['decoding originals, standard', await measureStepWait({ version, preset: 'standard' })],
  ];

  console.log(`\n${version.train.length} JPEGs of ${originals.width} x ${originals.height}, ${threads} threads or processes, 224 pixels; the cache was filled at ${(version.train.length / fillSeconds).toFixed(0)} images/s\n`);
  console.log('| loader | images/s | to decoding originals |\n|---|---|---|');
  const usual = best.get('decoding originals, standard') ?? Number.NaN;
  for (const [name, rate] of best) console.log(`| ${name} | ${rate.toFixed(0)} | ${(rate / usual).toFixed(1)} |`);
  console.log('\n| DeiT-tiny on the CPU, batches of 8, one loader thread | step ms | waits ms | of the time |\n|---|---|---|---|');
  for (const [name, { stepMs, waitMs }] of waits) console.log(`| ${name} | ${stepMs.toFixed(0)} | ${waitMs.toFixed(1)} | ${((100 * waitMs) / (stepMs + waitMs)).toFixed(1)} % |`);
} finally {
  rmSync(folder, { recursive: true });
}
