import { cpus, totalmem } from 'node:os';
import type { DeviceId } from '@eyegazer/core';
import { findGraphicsCard } from './graphics-card.js';
import { listNvidiaGpus } from './nvidia-smi.js';

/** What people are shown of a device, and what it holds. */
export interface DeviceDescription {
  /** Names the device on its machine, whichever process asks. */
  key: string;
  name: string;
  memoryTotalBytes: number;
  /** What a new process can take now, a container's limit respected. */
  memoryFreeBytes: number;
}

/** Describes a device as far as this machine tells; of a GPU without memory of its own, or whose is not known, the machine's counts. */
export async function describeDevice(device: DeviceId): Promise<DeviceDescription> {
  const machine = describeCpu();
  if (device === 'cpu') return machine;
  if (device === 'webgpu') {
    const card = await findGraphicsCard();
    return {
      key: device,
      name: card === null ? 'WebGPU in software, on the CPU' : `${card.name} (WebGPU)`,
      memoryTotalBytes: card?.memory?.totalBytes ?? machine.memoryTotalBytes,
      memoryFreeBytes: card?.memory?.freeBytes ?? machine.memoryFreeBytes,
    };
  }
  const index = Number(device.slice('cuda:'.length));
  const gpu = (await listNvidiaGpus()).find((each) => each.index === index);
  if (gpu === undefined) return { ...machine, key: device, name: `NVIDIA GPU ${index}` };
  return { key: `cuda:${gpu.uuid}`, name: gpu.name, memoryTotalBytes: gpu.memoryTotalBytes, memoryFreeBytes: gpu.memoryFreeBytes };
}

function describeCpu(): DeviceDescription {
  const cores = cpus();
  const limit = process.constrainedMemory();
  return {
    key: 'cpu',
    name: `${cores[0]?.model.trim() || 'CPU'} (${cores.length} ${cores.length === 1 ? 'core' : 'cores'})`,
    memoryTotalBytes: limit > 0 && limit < totalmem() ? limit : totalmem(),
    memoryFreeBytes: process.availableMemory(),
  };
}
