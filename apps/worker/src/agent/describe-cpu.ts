import { cpus, totalmem } from 'node:os';
import type { DeviceReport } from '@eyegazer/platform';

/** The machine's CPU as a device. Free memory is what a new process can take now, a container's limit respected. */
export function describeCpu(machineId: string): DeviceReport {
  const cores = cpus();
  const limit = process.constrainedMemory();
  return {
    deviceKey: `${machineId}:cpu`,
    kind: 'cpu',
    name: `${cores[0]?.model.trim() || 'CPU'} (${cores.length} ${cores.length === 1 ? 'core' : 'cores'})`,
    memoryTotalBytes: limit > 0 && limit < totalmem() ? limit : totalmem(),
    memoryFreeBytes: process.availableMemory(),
  };
}
