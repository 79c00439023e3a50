import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from '@eyegazer/client';
import { AppError, isEnded, type EventData, type ExperimentDetail } from '@eyegazer/core';
import { downloadFile } from './download-file.js';
import { parseArtifactPath } from './parse-artifact-path.js';
import { parseChecksums } from './parse-checksums.js';

export interface PullOptions {
  experiment: ExperimentDetail;
  folder: string;
  signal: AbortSignal;
  /** Bytes of the whole bundle that are here, and the file under way. */
  onBytes: (bytes: number, name: string) => void;
  onFile: (file: PulledFile) => void;
}

export interface PulledFile {
  name: string;
  sha256: string;
  byteLength: number;
  state: 'fetched' | 'kept';
}

/** It names every other file, and comes first: what it does not vouch for is not fetched. */
const checksumsName = 'SHA256SUMS';

/** Bytes of all files of a bundle. */
export function bundleBytes({ artifacts }: ExperimentDetail): number {
  return artifacts.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Fetches an experiment's bundle, file by file. @throws AppError and leaves no file that is not whole and verified */
export async function pullBundle(api: ApiClient, options: PullOptions): Promise<PulledFile[]> {
  const { experiment, folder, signal } = options;
  const checksums = findChecksums(experiment);
  const files = [checksums, ...experiment.artifacts.filter(({ name }) => name !== checksumsName)];
  const targets = new Map(files.map(({ name }) => [name, join(folder, ...parseArtifactPath(name))]));
  const pulled: PulledFile[] = [];
  let bytesBefore = 0;
  for (const { name, sha256, byteLength } of files) {
    const target = targets.get(name) ?? '';
    const state = await downloadFile({
      name,
      target,
      sha256,
      byteLength,
      signal,
      open: (start) => api.openArtifact(experiment.id, name, { signal, ...(start > 0 ? { range: { start } } : {}) }),
      onBytes: (bytes) => options.onBytes(bytesBefore + bytes, name),
    });
    if (name === checksumsName) await assertVouched(target, files);
    bytesBefore += byteLength;
    const file = { name, sha256, byteLength, state };
    pulled.push(file);
    options.onFile(file);
  }
  return pulled;
}

function findChecksums({ artifacts, state, name }: ExperimentDetail): EventData<'artifact'> {
  const found = artifacts.find((artifact) => artifact.name === checksumsName);
  if (found) return found;
  if (!isEnded(state)) throw new AppError('CONFLICT', `${name} is ${state}: its bundle is there once it has ended. Wait for it with \`eyegazer watch\`.`);
  throw new AppError('NOT_FOUND', `${name} ${state === 'failed' ? 'has failed' : `is ${state}`} and left no bundle. \`eyegazer retry\` makes one.`);
}

/** @throws AppError when SHA256SUMS, which is removed then, does not say of every file what the server says */
async function assertVouched(path: string, files: readonly EventData<'artifact'>[]): Promise<void> {
  const checksums = parseChecksums(await readFile(path, 'utf8'));
  const listed = files.filter(({ name }) => name !== checksumsName);
  const other = listed.find(({ name, sha256 }) => checksums.get(name) !== sha256)?.name ?? [...checksums.keys()].find((name) => !listed.some((file) => file.name === name));
  if (other === undefined) return;
  await rm(path);
  throw new AppError('CORRUPT_ARTIFACT', `SHA256SUMS and the server's list disagree on ${JSON.stringify(other)}: the bundle cannot be trusted.`);
}
