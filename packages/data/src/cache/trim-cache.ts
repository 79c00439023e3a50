import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSegment } from './cache-layout.js';

/** What a killed process was making has not been written to for so long. */
const abandonedMs = 60_000;

export interface TrimOptions {
  /** The whole cache's. */
  readonly folder: string;
  /** Of all segments together. */
  readonly limitBytes: number;
  /** Segments used since then stay, whatever they take. */
  readonly keepSince?: Date;
}

/**
 * Removes what killed processes left, and the segments used longest ago beyond the limit. A process that reads one goes on
 * reading it.
 * @returns bytes of the segments that are left
 */
export async function trimImageCache({ folder, limitBytes, keepSince }: TrimOptions): Promise<number> {
  const segments: { path: string; byteLength: number; usedAtMs: number }[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const found = await stat(path).catch(() => null);
    if (found === null) continue;
    if (isSegment(entry.name)) segments.push({ path, byteLength: found.size, usedAtMs: found.mtimeMs });
    else if (Date.now() - found.mtimeMs > abandonedMs) await rm(path, { force: true });
  }
  let total = segments.reduce((sum, { byteLength }) => sum + byteLength, 0);
  for (const { path, byteLength, usedAtMs } of segments.sort((a, b) => a.usedAtMs - b.usedAtMs)) {
    if (total <= limitBytes || (keepSince && usedAtMs >= keepSince.getTime())) break;
    await rm(path, { force: true });
    total -= byteLength;
  }
  return total;
}
