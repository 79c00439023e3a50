import { createHash } from 'node:crypto';
import { AppError, parseWith, sha256Schema, type ArtifactStore } from '@eyegazer/core';
import type { z } from 'zod';
import { artifactName, backupChecksumsSchema, backupFormat, backupManifestSchema, checksumsName, longestJsonBytes, manifestName, tablePartName, type BackupChecksums, type BackupManifest } from './backup-format.js';
import { readTar, type ReadEntry, type TarReader } from './read-tar.js';

export interface ReadBackup {
  manifest: BackupManifest;
  /** Hashes of the parts of each table, in order; the parts themselves are in the store. */
  parts: Map<string, string[]>;
  /** Artifacts that the backup names and does not have as they were. */
  lost: number;
}

/**
 * Reads a whole backup into the artifact store, its tables too, and checks every hash: what this answers has been in the
 * backup exactly so. Of a backup that is refused, the store holds bytes that nothing refers to.
 * @param options.accept may refuse the manifest before anything is stored
 * @throws AppError BAD_FILE, UNSUPPORTED, and what `accept` and the input throw
 */
export async function readBackup(input: AsyncIterable<Uint8Array>, options: { store: ArtifactStore; accept: (manifest: BackupManifest) => void }): Promise<ReadBackup> {
  const { store, accept } = options;
  const tar = readTar(input);
  const files: BackupChecksums['files'] = [];
  const parts = new Map<string, string[]>();
  const found = { count: 0, byteLength: 0 };
  const mismatched: string[] = [];
  let manifest: BackupManifest | undefined;
  let checksums: BackupChecksums | undefined;

  for await (const entry of tar.entries) {
    const { name } = entry;
    if (checksums) throw new AppError('BAD_FILE', `Expected nothing after ${checksumsName}, got ${shorten(name)}.`);
    if (!manifest) {
      if (name !== manifestName) throw new AppError('BAD_FILE', `Expected a backup of Eyegazer, which begins with ${manifestName}, got a tar that begins with ${shorten(name)}.`);
      const { text, ...file } = await readText(tar, entry);
      manifest = parseManifest(text);
      accept(manifest);
      files.push(file);
      for (const table of manifest.tables) parts.set(table.name, []);
    } else if (name === checksumsName) {
      checksums = parseJson(backupChecksumsSchema, (await readText(tar, entry)).text, name);
    } else if (found.count === 0 && isNextPart(name, manifest, parts)) {
      const file = { name, ...(await putEntry(tar, entry, store)) };
      files.push(file);
      parts.get(name.split('/')[1] ?? '')?.push(file.sha256);
    } else {
      const expected = sha256Schema.safeParse(name.slice(artifactName('').length)).data;
      if (expected === undefined || name !== artifactName(expected)) throw new AppError('BAD_FILE', `The backup is not in order: expected an artifact, the next part of a table or ${checksumsName}, got ${shorten(name)}.`);
      const { sha256, byteLength } = await putEntry(tar, entry, store);
      if (sha256 !== expected) mismatched.push(expected);
      found.count += 1;
      found.byteLength += byteLength;
    }
  }
  if (!manifest) throw new AppError('BAD_FILE', 'Expected a backup of Eyegazer, got an empty file.');
  if (!checksums) throw new AppError('BAD_FILE', `The backup is cut off: it ends before ${checksumsName}. Make a new one, or find the whole file.`);
  check({ manifest, checksums, files, found, mismatched });
  return { manifest, parts, lost: manifest.missing.length + mismatched.length };
}

/** @throws AppError BAD_FILE that names the first thing that is not what it was when the backup was made */
function check(read: { manifest: BackupManifest; checksums: BackupChecksums; files: BackupChecksums['files']; found: { count: number; byteLength: number }; mismatched: string[] }): void {
  const { manifest, checksums, files, found, mismatched } = read;
  const wrong = files.find((file, i) => {
    const signed = checksums.files[i];
    return signed?.name !== file.name || signed.byteLength !== file.byteLength || signed.sha256 !== file.sha256;
  });
  if (wrong) throw damaged(`${wrong.name} does not match its checksum`);
  if (files.length !== checksums.files.length) throw damaged(`${checksums.files[files.length]?.name} is not in it`);
  const changed = mismatched.find((sha256) => !checksums.damaged.includes(sha256));
  if (changed !== undefined) throw damaged(`the artifact ${changed} does not match its checksum`);
  if (mismatched.length !== checksums.damaged.length || found.count !== manifest.artifacts.count || found.byteLength !== manifest.artifacts.byteLength) {
    throw damaged(`expected ${manifest.artifacts.count} artifacts of ${manifest.artifacts.byteLength} bytes, found ${found.count} of ${found.byteLength}`);
  }
}

/** Parts come table by table in the manifest's order, and each table's from 1 on. */
function isNextPart(name: string, manifest: BackupManifest, parts: Map<string, string[]>): boolean {
  const current = manifest.tables.findLastIndex((table) => (parts.get(table.name)?.length ?? 0) > 0);
  return manifest.tables.slice(Math.max(0, current)).some((table) => name === tablePartName(table.name, (parts.get(table.name)?.length ?? 0) + 1));
}

async function putEntry(tar: TarReader, { content }: ReadEntry, store: ArtifactStore): Promise<{ byteLength: number; sha256: string }> {
  try {
    const { byteLength, sha256 } = await store.put(content);
    return { byteLength, sha256 };
  } catch (error) {
    throw tar.explain(error);
  }
}

async function readText(tar: TarReader, { name, byteLength, content }: ReadEntry): Promise<{ name: string; byteLength: number; sha256: string; text: string }> {
  if (byteLength > longestJsonBytes) throw new AppError('BAD_FILE', `Expected ${name} to have at most ${longestJsonBytes} bytes, got ${byteLength}.`);
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of content) pieces.push(piece);
  } catch (error) {
    throw tar.explain(error);
  }
  const bytes = Buffer.concat(pieces);
  return { name, byteLength, sha256: createHash('sha256').update(bytes).digest('hex'), text: bytes.toString('utf8') };
}

/** @throws AppError BAD_FILE, or UNSUPPORTED for a format of the future */
function parseManifest(text: string): BackupManifest {
  const format = /"format":"eyegazer-backup\/(\d{1,6})"/.exec(text.slice(0, 200))?.[1];
  if (format !== undefined && Number(format) > Number(backupFormat.split('/')[1])) {
    throw new AppError('UNSUPPORTED', `Expected a backup in the format ${backupFormat}, got eyegazer-backup/${format}, which a newer Eyegazer has made. Update Eyegazer first.`);
  }
  return parseJson(backupManifestSchema, text, manifestName);
}

function parseJson<S extends z.ZodType>(schema: S, text: string, name: string): z.infer<S> {
  try {
    return parseWith(schema, JSON.parse(text), { what: name });
  } catch (cause) {
    throw new AppError('BAD_FILE', `${name} of the backup: ${cause instanceof AppError ? cause.message : 'expected JSON, got something else'}.`, { cause });
  }
}

function damaged(reason: string): AppError {
  return new AppError('BAD_FILE', `The backup is damaged: ${reason}. Nothing was restored. Use another copy of it.`);
}

function shorten(name: string): string {
  return JSON.stringify(name.slice(0, 120));
}
