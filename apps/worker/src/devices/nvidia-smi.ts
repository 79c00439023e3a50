/** What `nvidia-smi` says of this machine's GPUs: it comes with NVIDIA's driver, so where it is missing there is none. */
import { execFile } from 'node:child_process';

export interface NvidiaGpu {
  /** As CUDA counts them in this process: by bus, of those that CUDA_VISIBLE_DEVICES names. */
  index: number;
  uuid: string;
  name: string;
  memoryTotalBytes: number;
  memoryFreeBytes: number;
}

const fields = ['index', 'uuid', 'name', 'memory.total', 'memory.free'] as const;
/** The driver of a GPU that nobody uses is loaded first, which takes seconds. */
const longestMs = 10_000;

export interface NvidiaOptions {
  command?: string;
  /** What CUDA_VISIBLE_DEVICES says; null shows them all. */
  visible?: string | null;
}

/** Lists the GPUs that CUDA shows to this process; none without NVIDIA's driver, or when it does not answer. */
export async function listNvidiaGpus({ command = 'nvidia-smi', visible = process.env['CUDA_VISIBLE_DEVICES'] ?? null }: NvidiaOptions = {}): Promise<NvidiaGpu[]> {
  const text = await new Promise<string>((resolve) => {
    execFile(command, [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'], { timeout: longestMs }, (error, stdout) => resolve(error === null ? stdout : ''));
  });
  return chooseVisible(text.split('\n').flatMap((line) => parseGpu(line) ?? []), visible);
}

/** One line of the answer; null for anything else, such as a GPU that has fallen off the bus. */
function parseGpu(line: string): NvidiaGpu | null {
  const match = /^(\d+), (GPU-[0-9a-f-]+), (.+), (\d+), (\d+)$/.exec(line.trim());
  if (match === null) return null;
  const [, index, uuid = '', name = '', totalMib, freeMib] = match;
  const bytes = (mib: string | undefined): number => Number(mib) * 1024 ** 2;
  return { index: Number(index), uuid, name, memoryTotalBytes: bytes(totalMib), memoryFreeBytes: bytes(freeMib) };
}

/** CUDA counts only what CUDA_VISIBLE_DEVICES names, in its order, up to the first name that is none. */
function chooseVisible(gpus: readonly NvidiaGpu[], visible: string | null): NvidiaGpu[] {
  if (visible === null) return [...gpus];
  const chosen: NvidiaGpu[] = [];
  for (const name of visible.split(',').map((part) => part.trim())) {
    const gpu = gpus.find(({ index, uuid }) => (/^\d+$/.test(name) ? Number(name) === index : name.startsWith('GPU-') && uuid.startsWith(name)));
    if (gpu === undefined) break;
    chosen.push({ ...gpu, index: chosen.length });
  }
  return chosen;
}
