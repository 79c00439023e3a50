/**
 * Speed and memory of one training step (forward, backward, gradients on the host; no optimizer) on the CPU, as a share of
 * what the machine's own matrix product reaches in the same run. `npx tsx bench/step.ts [threads]`, after a build.
 * Each case runs in a process of its own, so that the peak of its memory is its own.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { stepCases } from './step/step-cases.js';
import { printResults } from './step/print-results.js';
import type { CaseResult } from './step/measure-step.js';

const threads = Number(process.argv[2] ?? availableParallelism());
const results: CaseResult[] = [];
for (const { name } of stepCases) results.push(await measureInChild(name));
printResults(results, threads);

function measureInChild(name: string): Promise<CaseResult> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./step/child.ts', import.meta.url)), [name, String(threads)]);
    let result: CaseResult | undefined;
    child.on('message', (message) => (result = message as CaseResult));
    child.on('exit', (code) => (result === undefined ? reject(new Error(`The process measuring ${name} ended with ${code}.`)) : resolve(result)));
  });
}
