/**
 * What 8- and 4-bit frozen weights cost in quality: DeiT-tiny with LoRA on the real APTOS sample, trained and evaluated in each
 * precision from the same start, on the same images in the same order under the same augmentation and dropout, and compared
 * with float32 on the held-out list.
 *
 *   npm run build && npx tsx bench/precision.ts [epochs = 3] [seeds = 1,2,3] [precisions = fp32,int8,int4]
 *
 * The reference data is looked for in ../shared, or where EYEGAZER_SHARED says.
 */
import { resolve } from 'node:path';
import { precisions as allPrecisions, type Precision } from '@eyegazer/core';
import { openAptosSample } from './precision/aptos-sample.js';
import { printComparison } from './precision/print-comparison.js';
import { trainOnce, type TrainedOnce } from './precision/train-once.js';

const shared = resolve(process.env['EYEGAZER_SHARED'] ?? '../shared');
const epochs = Number(process.argv[2] ?? 3);
const seeds = (process.argv[3] ?? '1,2,3').split(',').map(Number);
const precisions = (process.argv[4] ?? 'fp32,int8,int4').split(',').filter((name): name is Precision => allPrecisions.some((known) => known === name));

const sample = await openAptosSample(shared);
try {
  const results: TrainedOnce[] = [];
  for (const seed of seeds) {
    for (const precision of precisions) {
      const result = await trainOnce(sample, { precision, seed, epochs });
      results.push(result);
      console.log(`${precision} seed ${seed}: evaluation loss ${result.evalLoss.toFixed(4)}, accuracy ${result.accuracy.toFixed(3)}, ${result.imagesPerSecond.toFixed(1)} images/s`);
    }
  }
  printComparison(results, precisions);
} finally {
  sample.dispose();
}
