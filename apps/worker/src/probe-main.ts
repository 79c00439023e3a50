/** The child that asks one device one thing, answers its parent, and goes. Arguments: task, device, threads. */
import { parseDeviceId } from '@eyegazer/core';
import { measureSpeed, runSelfTest } from '@eyegazer/engine';
import { watchParent } from '@eyegazer/platform';
import type { ProbeAnswer } from './devices/probe-device.js';

process.on('disconnect', () => process.exit(1));
watchParent();

const [task, name = '', threads] = process.argv.slice(2);
const device = parseDeviceId(name);
process.send?.(await answer(), () => process.exit(0));

async function answer(): Promise<ProbeAnswer> {
  try {
    if (task === 'self-test') return { kind: 'self-test', ...(await runSelfTest(device)) };
    return { kind: 'speed', imagesPerSecond: await measureSpeed(device, threads === undefined ? undefined : Number(threads)) };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
