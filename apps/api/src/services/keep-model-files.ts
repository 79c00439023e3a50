import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, type ArtifactStore } from '@eyegazer/core';
import { checkFinite, type BaseModel } from '@eyegazer/formats';
import type { ModelFile } from '@eyegazer/platform';

/**
 * Puts the files of a model into the store that are not there yet; before the first of them, every weight is looked at. If no
 * model comes of it, they go like all that nothing refers to: another import may share them.
 * @throws AppError BAD_MODEL for weights that are not finite, BAD_FILE for a file that changes meanwhile
 */
export async function keepModelFiles(model: BaseModel, { store, signal, onChecked }: { store: ArtifactStore; signal?: AbortSignal; onChecked?: () => void }): Promise<ModelFile[]> {
  const found: { name: string; sha256: string; byteLength: number | null }[] = [];
  for (const name of model.files) {
    const sha256 = await hashFile(join(model.dir, name), signal);
    found.push({ name, sha256, byteLength: (await store.refresh(sha256))?.byteLength ?? null });
  }
  if (found.some(({ byteLength }) => byteLength === null)) await checkFinite(model, signal);
  onChecked?.();
  const files: ModelFile[] = [];
  for (const { name, sha256, byteLength } of found) files.push({ name, sha256, byteLength: byteLength ?? (await put(join(model.dir, name), { sha256, store })) });
  return files;
}

async function hashFile(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, signal ? { signal } : {});
  return hash.digest('hex');
}

/** Answers how many bytes it has. */
async function put(path: string, { sha256, store }: { sha256: string; store: ArtifactStore }): Promise<number> {
  const stored = await store.put(createReadStream(path));
  if (stored.sha256 !== sha256) throw new AppError('BAD_FILE', `${path} changed while it was being read. Import it again.`);
  return stored.byteLength;
}
