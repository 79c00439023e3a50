/** What the operating system knows of the GPU that WebGPU is likely to choose: ONNX Runtime tells neither its name nor its memory. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listNvidiaGpus } from './nvidia-smi.js';

export interface GraphicsCard {
  name: string;
  /** null for a GPU that shares the machine's memory, or keeps quiet about its own. */
  memory: { totalBytes: number; freeBytes: number } | null;
}

const vendors: Readonly<Record<string, string>> = { '0x1002': 'AMD GPU', '0x8086': 'Intel GPU', '0x10de': 'NVIDIA GPU' };

/** Finds the first GPU: on Linux by its render node, NVIDIA's also without one. Null on Linux where there is none: what runs there is software. */
export async function findGraphicsCard({ drmFolder = '/sys/class/drm', nvidiaSmi = 'nvidia-smi', platform = process.platform } = {}): Promise<GraphicsCard | null> {
  if (platform === 'darwin') return { name: 'Apple GPU', memory: null };
  const [nvidia] = await listNvidiaGpus({ command: nvidiaSmi, visible: null });
  if (nvidia !== undefined) return { name: nvidia.name, memory: { totalBytes: nvidia.memoryTotalBytes, freeBytes: nvidia.memoryFreeBytes } };
  if (platform !== 'linux') return { name: 'GPU', memory: null };
  const names = await readdir(drmFolder).catch(() => []);
  const node = names.filter((name) => name.startsWith('renderD')).sort()[0];
  if (node === undefined) return null;
  const read = async (name: string): Promise<string> => (await readFile(join(drmFolder, node, 'device', name), 'utf8').catch(() => '')).trim();
  const [vendor, product, total, used] = await Promise.all(['vendor', 'product_name', 'mem_info_vram_total', 'mem_info_vram_used'].map(read));
  const totalBytes = Number(total || Number.NaN);
  const usedBytes = Number(used || Number.NaN);
  return {
    name: product || (vendors[vendor ?? ''] ?? 'GPU'),
    memory: Number.isSafeInteger(totalBytes) && Number.isSafeInteger(usedBytes) && totalBytes >= usedBytes ? { totalBytes, freeBytes: totalBytes - usedBytes } : null,
  };
}
