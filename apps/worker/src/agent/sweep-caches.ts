/**
 * What trainers keep below the worker's home, cleared away while none of them is at work:
 * what killed ones were making, and the prepared images and base models used longest ago beyond the limit.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@eyegazer/core';
import { trimImageCache } from '@eyegazer/data';
import { bundlesFolder, imagesFolder, isUnfinishedModel, modelsFolder } from '../trainer/cache-folders.js';

/** @param limitBytes of all prepared images, and of all base models together, as large as they look: links to an artifact store count too */
export async function sweepCaches({ home, limitBytes, log }: { home: string; limitBytes: number; log: Logger }): Promise<void> {
  await rm(bundlesFolder(home), { recursive: true, force: true });
  await trimImageCache({ folder: imagesFolder(home), limitBytes });
  const folder = modelsFolder(home);
  await mkdir(folder, { recursive: true });
  const models: { path: string; byteLength: number; usedAtMs: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (isUnfinishedModel(name)) await rm(path, { recursive: true, force: true });
    else models.push({ path, byteLength: await sizeOf(path), usedAtMs: (await stat(path)).mtimeMs });
  }
  let total = models.reduce((sum, { byteLength }) => sum + byteLength, 0);
  for (const { path, byteLength } of models.sort((a, b) => a.usedAtMs - b.usedAtMs)) {
    if (total <= limitBytes) return;
    await rm(path, { recursive: true, force: true });
    total -= byteLength;
    log.info({ path, byteLength }, 'A base model that was not used for long is removed from the cache');
  }
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(files.filter((file) => file.isFile()).map(async (file) => (await stat(join(file.parentPath, file.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
