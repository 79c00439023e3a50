import { readFileSync, writeFileSync } from 'node:fs';
import { createTrainSession, type SessionOptions } from '@eyegazer/engine';
import { createInput } from './create-input.js';

export interface MemoryGrowth {
  /** What a compiled step holds before it runs. */
  compiledBytes: number;
  /** The most that compiling and two steps added to the process. */
  peakBytes: number;
}

/** Resident memory that a training step adds to this process. Linux tells both numbers; start Node with --expose-gc. */
export async function measureGrowth(options: SessionOptions): Promise<MemoryGrowth> {
  globalThis.gc?.();
  const before = readStatus('VmRSS');
  writeFileSync('/proc/self/clear_refs', '5'); // the peak begins anew
  const session = await createTrainSession(options);
  globalThis.gc?.();
  const compiled = readStatus('VmRSS');
  const input = createInput(options);
  for (let i = 0; i < 2; i++) await session.step(input);
  const peak = readStatus('VmHWM');
  await session.dispose();
  return { compiledBytes: compiled - before, peakBytes: peak - before };
}

function readStatus(field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`Expected /proc/self/status to tell ${field}. It does so on Linux.`);
  return Number(kilobytes) * 1024;
}
