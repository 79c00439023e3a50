import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AppError, systemClock, type ArtifactStore, type Clock, type Logger } from '@eyegazer/core';
import type { ClientBase } from 'pg';
import { takeMaintenanceLock } from '../maintenance/maintenance-lock.js';
import { findReferences } from '../maintenance/references.js';
import { artifactName, backupFormat, checksumsName, manifestName, tablePartName, type BackupChecksums, type BackupManifest } from './backup-format.js';
import { copyOut, portableText } from './copy-out.js';
import { carriedTables, readColumns, readMigrations, type CarriedTable } from './tables.js';
import { writeTar, type TarEntry } from './write-tar.js';

/** A clean-up may be under way for so long before somebody is told to come back. */
const waitMs = 30_000;

export interface Backup {
  manifest: BackupManifest;
  /** The tar. It fails, rather than ends, when it cannot be whole. Read or destroy it: until then nothing is cleaned up. */
  stream: Readable;
}

interface Source {
  client: ClientBase;
  store: ArtifactStore;
  log: Logger;
}

/**
 * Begins a backup of the database, as it is at one moment, and of every artifact that it refers to then. An artifact that
 * the store has lost makes no backup impossible: it is named in the manifest and in the log.
 * @throws AppError UNAVAILABLE
 */
export async function createBackup(options: { databaseUrl: string; store: ArtifactStore; log: Logger; clock?: Clock }): Promise<Backup> {
  const { databaseUrl, store, log, clock = systemClock } = options;
  const lock = await takeMaintenanceLock({ databaseUrl, mode: 'shared', waitMs, log });
  if (lock === null) throw new AppError('UNAVAILABLE', 'Old data is being cleaned up, or a backup restored; try again in a few minutes.');
  const source: Source = { client: lock.client, store, log };
  try {
    await lock.client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    await lock.client.query(portableText);
    const createdAt = new Date(clock.now());
    const { manifest, artifacts } = await plan(source, createdAt);
    const stream = Readable.from(writeTar(writeEntries(source, manifest, artifacts), { mtime: createdAt }), { objectMode: false });
    // Whoever reads it hears of a failure; one that comes when it is given up already is nobody's.
    stream.on('error', () => undefined);
    stream.once('close', () => {
      lock.release().catch((error: unknown) => log.warn({ error: String(error) }, 'The connection of a backup did not end well'));
    });
    return { manifest, stream };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Length of every artifact that is there to be backed up. */
type Artifacts = Map<string, number>;

async function plan({ client, store, log }: Source, createdAt: Date): Promise<{ manifest: BackupManifest; artifacts: Artifacts }> {
  const columns = await readColumns(client);
  const tables: BackupManifest['tables'] = [];
  for (const table of carriedTables) {
    const { rows } = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM "${table.name}"${whereOf(table)}`);
    tables.push({ name: table.name, columns: columns.get(table.name) ?? [], rows: Number(rows[0]?.rows) });
  }
  const { sizes, unreadable } = await findReferences(client, store);
  const artifacts: Artifacts = new Map();
  // One walk through the store rather than a question for each of perhaps 200,000.
  for await (const { sha256, byteLength } of store.list()) {
    const expected = sizes.get(sha256);
    if (expected !== undefined && (expected === null || expected === byteLength)) artifacts.set(sha256, byteLength);
  }
  const missing = [...sizes.keys()].filter((sha256) => !artifacts.has(sha256));
  for (const { contentId, error } of unreadable) log.error({ contentId, error: error.message }, 'This backup lacks the images of a dataset whose manifest cannot be read');
  if (missing.length > 0) log.error({ missing: missing.length, first: missing.slice(0, 10) }, 'This backup is not whole: artifacts that are referred to are not in the store');
  const byteLength = [...artifacts.values()].reduce((sum, bytes) => sum + bytes, 0);
  return {
    artifacts,
    manifest: { format: backupFormat, createdAt: createdAt.toISOString(), migrations: await readMigrations(client), tables, artifacts: { count: artifacts.size, byteLength }, missing },
  };
}

async function* writeEntries({ client, store, log }: Source, manifest: BackupManifest, artifacts: Artifacts): AsyncGenerator<TarEntry> {
  const checksums: BackupChecksums = { files: [], damaged: [] };
  function sign(name: string, bytes: Buffer): TarEntry {
    checksums.files.push({ name, byteLength: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') });
    return { name, byteLength: bytes.byteLength, content: [bytes] };
  }

  yield sign(manifestName, toJsonFile(manifest));
  for (const { name, columns } of manifest.tables) {
    const table = carriedTables.find((candidate) => candidate.name === name);
    let part = 0;
    for await (const bytes of copyOut(client, { name, columns, where: table?.where })) yield sign(tablePartName(name, ++part), bytes);
  }
  // The snapshot is let go: the artifacts take the longest, and they do not change.
  await client.query('COMMIT');
  for (const [sha256, byteLength] of artifacts) {
    yield { name: artifactName(sha256), byteLength, content: readChecked(store, { sha256, byteLength, onDamage: () => checksums.damaged.push(sha256) }) };
  }
  if (checksums.damaged.length > 0) log.error({ damaged: checksums.damaged }, 'This backup is not whole: artifacts in the store are not what they were');
  const bytes = toJsonFile(checksums);
  yield { name: checksumsName, byteLength: bytes.byteLength, content: [bytes] };
}

/** Every byte as it is found: one artifact that has rotted must not keep all others out of a backup. */
async function* readChecked(store: ArtifactStore, { sha256, byteLength, onDamage }: { sha256: string; byteLength: number; onDamage: () => void }): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  // As a range: of a whole artifact that has rotted the store keeps the end to itself. An empty one has no range.
  const content = byteLength === 0 ? [] : store.read(sha256, { start: 0, end: byteLength - 1 });
  for await (const bytes of content) {
    hash.update(bytes);
    yield bytes;
  }
  if (hash.digest('hex') !== sha256) onDamage();
}

function toJsonFile(value: BackupManifest | BackupChecksums): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function whereOf({ where }: CarriedTable): string {
  return where === undefined ? '' : ` WHERE ${where}`;
}
