import { existsSync, readdirSync } from 'node:fs';
import type { DeviceId } from '@eyegazer/core';
import { listNvidiaGpus } from './nvidia-smi.js';

/** A device that this machine may have. */
export interface Candidate {
  device: DeviceId;
  /** Why it need not be tried, or null. */
  absence: string | null;
}

/** Lists what is worth a try here, and of what is not, why. */
export async function listCandidates(): Promise<Candidate[]> {
  const gpus = await listNvidiaGpus();
  const cuda = gpus.map(({ index }): Candidate => ({ device: `cuda:${index}`, absence: null }));
  if (cuda.length === 0) cuda.push({ device: 'cuda:0', absence: "nvidia-smi, which comes with NVIDIA's driver, shows no GPU" });
  return [
    ...cuda,
    { device: 'webgpu', absence: mayHaveVulkan() ? null : 'this machine shows no graphics device (/dev/dri, /dev/nvidiactl, /dev/dxg)' },
    { device: 'cpu', absence: null },
  ];
}

/** On Linux a GPU is a file in /dev. A driver that the environment names may be a software one. */
function mayHaveVulkan(): boolean {
  if (process.platform !== 'linux') return true;
  if (process.env['VK_ICD_FILENAMES'] || process.env['VK_DRIVER_FILES']) return true;
  if (['/dev/nvidiactl', '/dev/dxg'].some((path) => existsSync(path))) return true;
  return existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD'));
}
