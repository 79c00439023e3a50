/**
 * Memory of a training step, estimated from the traced schedule and measured as growth of resident memory in a fresh process,
 * and what recomputation costs in time. Linux; after a build:
 *   npx tsx bench/memory.ts [--sizes 2,4,8] [--precision fp32,int8] [--times] [deit-tiny | vit-base ...]
 * MB are 10^6 bytes. MB a sample are the slope between the smallest and the largest size.
 */
import { fork } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { recomputeModes, type Precision } from '@eyegazer/core';
import { estimateStepBytes } from '@eyegazer/model';
import type { MemoryCase } from './memory/memory-cases.js';
import { sessionOptions } from './memory/memory-cases.js';
import type { MemoryGrowth } from './memory/measure-growth.js';
import type { StepTime } from './memory/measure-times.js';
import { openBenchModel } from './step/bench-model.js';
import type { StepCase } from './step/step-cases.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: 'string', default: '2,4,8' }, precision: { type: 'string', default: 'fp32' }, times: { type: 'boolean', default: false } },
});
const sizes = values.sizes.split(',').map(Number);
const largest = Math.max(...sizes);

for (const name of positionals.length === 0 ? ['deit-tiny', 'vit-base'] : positionals) {
  const { model, dispose } = await openBenchModel(name as StepCase['model']);
  const folder = dirname(model.weightsPath);
  for (const precision of values.precision.split(',') as Precision[]) {
    for (const recompute of recomputeModes) {
      const estimate = estimateStepBytes({ ...sessionOptions(model, { microBatch: 1, recompute, precision }), config: model.config });
      const measured: { size: number; bytes: number }[] = [];
      for (const microBatch of sizes) {
        const [growth] = (await runChild('growth', folder, [{ microBatch, recompute, precision }])) as MemoryGrowth[];
        if (growth === undefined) throw new Error('The measuring process gave no answer.');
        measured.push({ size: microBatch, bytes: growth.peakBytes });
        const bytes = estimate(microBatch);
        const off = (100 * (bytes - growth.peakBytes)) / growth.peakBytes;
        console.log(
          `${name} ${precision} ${recompute.padEnd(9)} x${microBatch}: estimated ${mega(bytes)}, measured ${mega(growth.peakBytes)} MB (${off.toFixed(1)} %); compiled ${mega(growth.compiledBytes)} MB`,
        );
      }
      const [low, high] = [measured[0], measured.at(-1)];
      if (low !== undefined && high !== undefined && high.size > low.size) {
        const perSample = (more: number, less: number): string => ((more - less) / (high.size - low.size) / 1e6).toFixed(1);
        console.log(`${name} ${precision} ${recompute}: ${perSample(high.bytes, low.bytes)} MB a sample measured, ${perSample(estimate(high.size), estimate(low.size))} estimated`);
      }
    }
    if (values.times) {
      const cases = recomputeModes.map((recompute): MemoryCase => ({ microBatch: largest, recompute, precision }));
      const [times] = (await runChild('times', folder, cases)) as StepTime[][];
      const none = times?.[0];
      times?.forEach((time, i) => {
        const ratio = (of: keyof StepTime): string => (time[of] / (none?.[of] ?? Number.NaN)).toFixed(3);
        console.log(`${name} ${precision} ${recomputeModes[i]} x${largest}: ${time.wallMs.toFixed(0)} ms, ${ratio('wallMs')} of none; CPU time ${time.cpuMs.toFixed(0)} ms, ${ratio('cpuMs')}`);
      });
    }
  }
  dispose();
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

/** What the child sends until it ends. */
function runChild(kind: 'growth' | 'times', folder: string, cases: readonly MemoryCase[]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL('./memory/child.ts', import.meta.url));
    const child = fork(path, [kind, folder, JSON.stringify(cases)], { execArgv: [...process.execArgv, '--expose-gc'] });
    const messages: unknown[] = [];
    child.on('message', (message) => messages.push(message));
    child.on('exit', (code) => (code === 0 ? resolve(messages) : reject(new Error(`The measuring process ended with ${code}.`))));
  });
}
