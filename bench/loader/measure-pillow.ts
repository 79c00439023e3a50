import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Images a second of `pillow-loader.py` on a folder of JPEGs; null where there is no Python with Pillow and numpy. */
export async function measurePillow({ folder, processes }: { folder: string; processes: number }): Promise<number | null> {
  const script = fileURLToPath(new URL('./pillow-loader.py', import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.env['PEER_PYTHON'] ?? 'python3', [script, folder, String(processes)]);
    return Number(stdout);
  } catch (error) {
    console.error(`Without Pillow: ${(error as Error).message}`);
    return null;
  }
}
