/**
 * Speed and memory of one training step (forward, backward, gradients on the host; no optimizer) on the CPU, as a share of
 * what the machine's own matrix product reaches in the same run; beside it the time to compile, and evaluation. After a build:
 *   npx tsx bench/step.ts [--threads 2] [--peer] [case ...]
 * Each case runs in a process of its own, started as a worker starts its trainers, so that the peak of its memory is its own.
 * With --peer PEER_PYTHON, a Python that has torch, transformers and peft, runs the same steps in float32 and under bfloat16
 * autocast, between ours.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withLargePages } from '@eyegazer/worker';
import { measurePeer, type PeerResult } from './step/measure-peer.js';
import type { CaseResult } from './step/measure-step.js';
import { printResults } from './step/print-results.js';
import { findCases, type StepCase } from './step/step-cases.js';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { threads: { type: 'string' }, peer: { type: 'boolean', default: false } } });
const threads = Number(values.threads ?? availableParallelism());
const python = process.env['PEER_PYTHON'];
if (values.peer && python === undefined) throw new Error('Expected PEER_PYTHON to name a Python that has torch, transformers and peft, found it unset.');

const results: CaseResult[] = [];
/** By model and batch: cases that differ in micro-batch or precision share a peer. */
const peers = new Map<string, PeerResult>();
for (const stepCase of findCases(positionals)) {
  results.push(await measureInChild(stepCase));
  const key = peerKey(stepCase);
  if (values.peer && python !== undefined && !peers.has(key)) peers.set(key, await measurePeer({ python, stepCase, threads }));
}
printResults(results.map((result) => ({ ...result, peer: peers.get(peerKey(result.stepCase)) ?? null })), threads);

function peerKey({ model, batch }: StepCase): string {
  return `${model} ${batch}`;
}

function measureInChild({ name }: StepCase): Promise<CaseResult> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./step/child.ts', import.meta.url)), [name, String(threads)], { env: withLargePages(process.env) });
    let result: CaseResult | undefined;
    child.on('message', (message) => (result = message as CaseResult));
    child.on('exit', (code) => (result === undefined ? reject(new Error(`The process measuring ${name} ended with ${code}.`)) : resolve(result)));
  });
}
