/**
 * Images a second and memory of training steps (forward, backward, gradients on the host; no optimizer) on a GPU: ViT-B and ViT-L with
 * LoRA r=16 on query and value and dropout 0.1, in float32 and float16. After a build:
 *   npx tsx bench/gpu.ts [--device cuda:0|webgpu] [--batch 32]
 * PEER_PYTHON, a Python with torch, transformers and peft, runs the same step in bfloat16 autocast on the same card (CUDA only).
 */
import { execFile, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { deviceKindOf, parseDeviceId } from '@eyegazer/core';
import { describeDevice } from '@eyegazer/worker';
import { gpuModels, gpuPrecisions, type GpuResult } from './gpu/gpu-case.js';

const { values } = parseArgs({ options: { device: { type: 'string', default: 'cuda:0' }, batch: { type: 'string', default: '32' } } });
const device = parseDeviceId(values.device);
const batch = Number(values.batch);
const peer = process.env['PEER_PYTHON'];

const { name } = await describeDevice(device);
console.log(`${device}: ${name}; batch ${batch}, 224 px, LoRA r=16 on query and value, dropout 0.1; the median of 5 steps\n`);
printRow(['model', 'engine', 'images/s', 'memory GB', 'of PyTorch']);
for (const model of gpuModels) {
  const rival = peer !== undefined && deviceKindOf(device) === 'cuda' ? await measurePeer(peer, model) : null;
  if (rival !== null) printResult(model, 'PyTorch bf16', rival, rival);
  for (const precision of gpuPrecisions) {
    const result = await measureInChild([device, model, precision, String(batch)]);
    if ('failure' in result) console.log(`${model}, ${precision}: ${result.failure}`);
    else printResult(model, `Eyegazer ${precision}`, result, rival);
  }
}

/** Each in a process of its own: what one has taken on the GPU is free for the next. */
function measureInChild(args: string[]): Promise<GpuResult | { failure: string }> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('./gpu/child.ts', import.meta.url)), args);
    child.once('message', (message) => resolve(message as GpuResult | { failure: string }));
    child.once('close', (code, signal) => resolve({ failure: `the process ended with ${signal ?? code}` }));
  });
}

async function measurePeer(python: string, model: string): Promise<GpuResult> {
  const script = fileURLToPath(new URL('./gpu/peer.py', import.meta.url));
  const { stdout } = await promisify(execFile)(python, [script, model, String(batch), device], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as GpuResult;
}

function printResult(model: string, engine: string, { imagesPerSecond, memoryBytes }: GpuResult, rival: GpuResult | null): void {
  const ratio = rival === null ? '' : (imagesPerSecond / rival.imagesPerSecond).toFixed(2);
  printRow([model, engine, imagesPerSecond.toFixed(1), memoryBytes === null ? '?' : (memoryBytes / 1e9).toFixed(2), ratio]);
}

function printRow([model = '', engine = '', ...numbers]: string[]): void {
  console.log([model.padEnd(10), engine.padEnd(14), ...numbers.map((number) => number.padStart(11))].join('  '));
}
