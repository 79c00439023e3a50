import { deviceKindOf, type DeviceId } from '@eyegazer/core';
import type { DeviceReport } from '@eyegazer/platform';
import type { DeviceChoice } from './choose-device.js';
import { describeDevice, type DeviceDescription } from './describe-device.js';

/** The device that this worker offers. */
export interface OfferedDevice {
  readonly id: DeviceId;
  /** Whether it trains in float16. */
  readonly halfPrecision: boolean;
  /** What the platform is told of it. */
  report(machineId: string): DeviceReport;
  /** Looks again how much memory is free, unless it still looks; never waits: a driver may take its time, a heartbeat may not. */
  refresh(): void;
}

/** How often a GPU is asked: that starts a program. */
const gpuIntervalMs = 15_000;

/** Describes a device once, and from then on how much of its memory is free. */
export async function offerDevice(
  { device: id, halfPrecision }: Pick<DeviceChoice, 'device' | 'halfPrecision'>,
  describe: (device: DeviceId) => Promise<DeviceDescription> = describeDevice,
): Promise<OfferedDevice> {
  let known = await describe(id);
  let looking = false;
  let lookedAtMs = performance.now();
  return {
    id,
    halfPrecision,
    report: (machineId) => {
      const { key, ...description } = known;
      return { deviceKey: `${machineId}:${key}`, kind: deviceKindOf(id), ...description };
    },
    refresh: () => {
      if (looking || (id !== 'cpu' && performance.now() - lookedAtMs < gpuIntervalMs)) return;
      looking = true;
      lookedAtMs = performance.now();
      void describe(id)
        .then(({ memoryFreeBytes }) => (known = { ...known, memoryFreeBytes }))
        .catch(() => undefined)
        .finally(() => (looking = false));
    },
  };
}
