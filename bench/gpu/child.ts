/** Measures one model in one precision on one device. Arguments: device, model, precision, batch. Sends a result or a failure. */
import { parseDeviceId, type DeviceId } from '@eyegazer/core';
import { createTrainSession } from '@eyegazer/engine';
import { listNvidiaGpus } from '@eyegazer/worker';
import { openBenchModel } from '../step/bench-model.js';
import { adaptation, createInput, head } from '../step/create-input.js';
import type { gpuModels, gpuPrecisions, GpuResult } from './gpu-case.js';

const repetitions = 5;
const [deviceName, model, precision, batchText] = process.argv.slice(2) as [string, (typeof gpuModels)[number], (typeof gpuPrecisions)[number], string];

process.send?.(await measure().catch((error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) })), () => process.exit(0));

async function measure(): Promise<GpuResult> {
  const device = parseDeviceId(deviceName);
  const batch = Number(batchText);
  const bench = await openBenchModel(model);
  try {
    const freeBefore = await readFreeBytes(device);
    const session = await createTrainSession({ model: bench.model, adaptation, head, microBatch: batch, engine: 'traced', device, precision });
    const input = createInput(bench.model, 0, { batch, microBatch: batch });
    await session.step(input);
    const stepMs: number[] = [];
    for (let i = 0; i < repetitions; i++) {
      const startedAt = performance.now();
      await session.step(input);
      stepMs.push(performance.now() - startedAt);
    }
    const freeAfter = await readFreeBytes(device);
    const median = stepMs.sort((a, b) => a - b)[Math.floor(repetitions / 2)] ?? Number.NaN;
    return { imagesPerSecond: (1000 * batch) / median, memoryBytes: freeBefore === null || freeAfter === null ? null : freeBefore - freeAfter };
  } finally {
    bench.dispose();
  }
}

/** Of the NVIDIA GPU that is meant; null where there is none. */
async function readFreeBytes(device: DeviceId): Promise<number | null> {
  const gpus = await listNvidiaGpus();
  const index = device === 'webgpu' ? 0 : Number(device.slice('cuda:'.length));
  return gpus[index]?.memoryFreeBytes ?? null;
}
