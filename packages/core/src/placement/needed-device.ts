import type { DeviceKind } from '../config/compute-options.js';
import type { ExperimentConfig } from '../config/experiment-config.js';

/** What an experiment can run on: anything, anything but a CPU, or one kind. */
export type NeededDevice = 'any' | 'gpu' | DeviceKind;

/** What placement looks for: the kind that is asked for, and a GPU for float16, which a CPU has no arithmetic of. */
export function neededDevice({ resources, training }: Pick<ExperimentConfig, 'resources' | 'training'>): NeededDevice {
  return resources.device === 'any' && training.precision === 'fp16' ? 'gpu' : resources.device;
}

export function isFit(needed: NeededDevice, kind: DeviceKind): boolean {
  return needed === 'any' || needed === kind || (needed === 'gpu' && kind !== 'cpu');
}
