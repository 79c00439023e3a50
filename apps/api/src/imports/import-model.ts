import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, type ArtifactStore, type ModelProgress } from '@eyegazer/core';
import { loadBaseModel, parseShardIndex, parseViTConfig } from '@eyegazer/formats';
import { downloadFile, openBucketFolder, openHubRepo, type FinishedModelImport, type RemoteFile, type RemoteFolder } from '@eyegazer/platform';
import { keepModelFiles } from '../services/keep-model-files.js';
import { modelFactsOf } from '../services/model-facts.js';
import { chooseModelFiles, findShards, textsOf } from './choose-model-files.js';
import type { ImportJob } from './import-messages.js';

export interface ImportModelOptions {
  store: ArtifactStore;
  signal: AbortSignal;
  onProgress: (progress: ModelProgress) => void;
}

/**
 * Fetches a base model, checks it and puts it into the store. `job.folder` holds `parts`, which another try goes on with, and
 * `model`, which is made of them; whoever has called removes it in the end.
 * @throws AppError what the source refuses with, BAD_MODEL, BAD_FILE, UNAVAILABLE; the signal's reason
 */
export async function importModel(job: Extract<ImportJob, { kind: 'model' }>, { store, signal, onProgress }: ImportModelOptions): Promise<FinishedModelImport> {
  onProgress({ phase: 'listing', doneBytes: 0, totalBytes: null });
  const remote = await openSource(job, signal);
  const modelFolder = join(job.folder, 'model');
  const partsFolder = join(job.folder, 'parts');
  await rm(modelFolder, { recursive: true, force: true });
  await mkdir(modelFolder, { recursive: true });
  await mkdir(partsFolder, { recursive: true });

  const partOf = (file: RemoteFile): string => join(partsFolder, createHash('sha256').update(`${file.name} ${file.tag}`).digest('hex').slice(0, 32));
  const fetch = async (file: RemoteFile, onBytes?: (byteLength: number) => void): Promise<void> => {
    const known = await findStored(file, store);
    if (known === null) await downloadFile({ folder: remote, file, path: partOf(file), signal, ...(onBytes ? { onBytes } : {}) });
    else onBytes?.(file.byteLength);
    await linkOrCopy(known ?? partOf(file), join(modelFolder, file.name));
  };

  const chosen = chooseModelFiles(remote);
  const texts = textsOf(chosen);
  for (const file of texts) await fetch(file);
  // A family that cannot be trained here is refused before its gigabytes are fetched.
  await parseText(modelFolder, chosen.config, (json, file) => parseViTConfig(json, file), remote.source);
  const { kind, file } = chosen.weights;
  const weights = kind === 'whole' ? [file] : findShards(remote, (await parseText(modelFolder, file, parseShardIndex, remote.source)).values());

  await removeOthers(partsFolder, [...texts, ...weights].map(partOf));
  await assertRoom(job.folder, await countMissing(weights, { partOf, store }));
  const totalBytes = sumBytes([...texts, ...weights]);
  let before = sumBytes(texts);
  for (const weight of weights) {
    await fetch(weight, (bytes) => onProgress({ phase: 'downloading', doneBytes: before + bytes, totalBytes }));
    before += weight.byteLength;
  }

  onProgress({ phase: 'checking', doneBytes: totalBytes, totalBytes });
  return inWordsOf(remote, modelFolder, async () => {
    const model = await loadBaseModel(modelFolder);
    const files = await keepModelFiles(model, { store, signal, onChecked: () => onProgress({ phase: 'storing', doneBytes: totalBytes, totalBytes }) });
    return { ...modelFactsOf(model, files), source: remote.source, files };
  });
}

async function openSource({ source, hub, buckets }: Extract<ImportJob, { kind: 'model' }>, signal: AbortSignal): Promise<RemoteFolder> {
  switch (source.kind) {
    case 'hub':
      return openHubRepo(source, { settings: hub, signal });
    case 's3':
      return openBucketFolder(source.uri, { access: buckets, signal });
    case 'path':
      throw new AppError('INTERNAL', 'A folder of the server is copied, not downloaded.');
    default:
      return source satisfies never;
  }
}

/** A file of this machine with these bytes, where the store has them already. */
async function findStored({ digest, byteLength }: RemoteFile, store: ArtifactStore): Promise<string | null> {
  if (digest?.kind !== 'sha256') return null;
  return (await store.refresh(digest.hex))?.byteLength === byteLength ? store.localPath(digest.hex) : null;
}

async function parseText<T>(folder: string, { name }: RemoteFile, parse: (json: unknown, file: string) => T, source: string): Promise<T> {
  const text = await readFile(join(folder, name), 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AppError('BAD_FILE', `${source}/${name}: expected JSON, got something else.`, { cause });
  }
  return parse(json, `${source}/${name}`);
}

/** Bytes that are still to be written: what is to come, and all of it once more on its way into the store. */
async function countMissing(files: readonly RemoteFile[], { partOf, store }: { partOf: (file: RemoteFile) => string; store: ArtifactStore }): Promise<number> {
  let bytes = 0;
  for (const file of files) {
    if (file.digest?.kind === 'sha256' && (await store.stat(file.digest.hex))) continue;
    const here = await stat(partOf(file)).then(({ size }) => size, () => 0);
    bytes += file.byteLength + Math.max(0, file.byteLength - here);
  }
  return bytes;
}

/** @throws AppError UNAVAILABLE */
async function assertRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bytes <= bavail * bsize) return;
  throw new AppError('UNAVAILABLE', `This import needs ${formatGigabytes(bytes)} of disk, and ${formatGigabytes(bavail * bsize)} are free in ${folder}. Free some, or move EYEGAZER_HOME to a larger disk.`);
}

function formatGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** What an earlier try has fetched of another revision. */
async function removeOthers(folder: string, kept: readonly string[]): Promise<void> {
  const names = new Set(kept.map((path) => basename(path)));
  for (const name of await readdir(folder)) if (!names.has(name)) await rm(join(folder, name), { force: true });
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to); // another disk, or a file system without links
  }
}

/** A person knows the source, not the folder that it is read in. */
async function inWordsOf<T>({ source }: RemoteFolder, folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message.replaceAll(folder, source), { ...(error.path === undefined ? {} : { path: error.path }), cause: error });
  }
}

function sumBytes(files: readonly RemoteFile[]): number {
  return files.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
