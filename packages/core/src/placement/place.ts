import type { DeviceKind } from '../config/compute-options.js';
import { isFit, type NeededDevice } from './needed-device.js';

/** What placement knows of an experiment that waits. */
export interface WaitingExperiment {
  experimentId: string;
  priority: number;
  /** Milliseconds since the epoch. */
  submittedAtMs: number;
  device: NeededDevice;
}

/** What placement knows of a device. Only devices whose worker is alive and that no lease holds are offered. */
export interface FreeDevice {
  deviceKey: string;
  workerId: string;
  kind: DeviceKind;
}

export interface Placement {
  experimentId: string;
  deviceKey: string;
  workerId: string;
}

/** Who is asked first for an experiment that takes any device. */
const fastestFirst: readonly DeviceKind[] = ['cuda', 'webgpu', 'cpu'];

/**
 * Decides which waiting experiment gets which free device: highest priority first, then the oldest, each on the fastest kind of
 * device that fits. Pure; the same input gives the same answer.
 */
export function place(waiting: readonly WaitingExperiment[], devices: readonly FreeDevice[]): Placement[] {
  const free = [...devices].sort((a, b) => fastestFirst.indexOf(a.kind) - fastestFirst.indexOf(b.kind) || compareText(a.deviceKey, b.deviceKey));
  const inOrder = [...waiting].sort(
    (a, b) => b.priority - a.priority || a.submittedAtMs - b.submittedAtMs || compareText(a.experimentId, b.experimentId),
  );
  const placements: Placement[] = [];
  for (const experiment of inOrder) {
    const index = free.findIndex((device) => isFit(experiment.device, device.kind));
    const device = free[index];
    if (!device) continue;
    free.splice(index, 1);
    placements.push({ experimentId: experiment.experimentId, deviceKey: device.deviceKey, workerId: device.workerId });
  }
  return placements;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
