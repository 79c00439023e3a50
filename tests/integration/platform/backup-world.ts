/** A home with a little of everything, the backup of it, and ways to spoil one. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactStore } from '@eyegazer/core';
import { createFolderStore } from '@eyegazer/platform';
import { extract, pack } from 'tar-stream';
import { datasetRequest, finishedImport } from '../../fixtures/dataset-rows.js';
import { logEvent, registerWorker, seed, startAttempt, submit, type TestPlatform } from '../../fixtures/platform.js';

/** A store of the enclosing suite's own. */
export function useStore(): { readonly store: ArtifactStore } {
  const opened: { folder: string; store?: ArtifactStore } = { folder: '' };
  before('open a store', async () => {
    opened.folder = await mkdtemp(join(tmpdir(), 'eyegazer-backup-'));
    opened.store = await createFolderStore({ folder: opened.folder });
  });
  after('remove the store', () => rm(opened.folder, { recursive: true, force: true }));
  return {
    get store() {
      if (!opened.store) throw new Error('The store is opened when the suite begins.');
      return opened.store;
    },
  };
}

export interface Home {
  experimentId: string;
  /** Hashes by what they are. */
  result: string;
  shard: string;
  manifest: string;
}

/** A dataset whose manifest names a shard, a model, an experiment that has succeeded on a worker with a result. */
export async function fillHome(test: TestPlatform, store: ArtifactStore): Promise<Home> {
  const { platform } = test;
  const from = await seed(platform);
  const shard = await store.put(Buffer.from('the bytes of images'));
  const header = { format: 'eyegazer-dataset/1', classNames: ['0', '1'], split: { kind: 'stratified', holdout: 0.1, seed: 42 }, shards: [shard], sampleCount: 0 };
  const { sha256: manifest } = await store.put(Buffer.from(`${JSON.stringify(header)}\n`));
  await test.sql('UPDATE dataset_version SET content_id = $1', [manifest]);
  await test.sql('UPDATE dataset SET images_id = $1, audit_id = $1', [manifest]);
  const weights = await store.put(Buffer.alloc(50_000, 7));
  await test.sql('UPDATE base_model SET files = $1', [JSON.stringify([{ name: 'model.safetensors', ...weights }])]);
  const worker = await registerWorker(platform, { machineId: 'old-machine' });
  const experimentId = await submit(platform, from, { name: 'with a tab\tand \\ and \n' });
  const { attemptId, attempt } = await startAttempt(test, experimentId);
  const result = await store.put(Buffer.from('an adapter'));
  const at = new Date().toISOString();
  await platform.events.append({ experimentId, attempt, events: [logEvent(1), { counter: 2, at, type: 'artifact', data: { name: 'adapter', ...result } }] });
  await platform.attempts.end(attemptId, { kind: 'succeeded' });
  await platform.workers.markStopped(worker);
  return { experimentId, result: result.sha256, shard: shard.sha256, manifest };
}

/** A dataset of which no import has ended. */
export async function startImport(test: TestPlatform, name: string, versions: number): Promise<void> {
  const request = datasetRequest(name);
  for (let version = 0; version < versions; version++) {
    const { id } = await test.platform.datasets.create(request);
    const [{ contentId } = { contentId: '' }] = await test.sql<{ contentId: string }>('SELECT content_id AS "contentId" FROM dataset_version LIMIT 1');
    await test.platform.datasets.finish(id, finishedImport(contentId));
  }
  await test.platform.datasets.create(request);
}

export interface Entry {
  name: string;
  content: Buffer;
  type?: 'symlink';
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

export async function unpack(tar: Buffer): Promise<Entry[]> {
  const reader = extract();
  reader.end(tar);
  const entries: Entry[] = [];
  for await (const entry of reader) entries.push({ name: entry.header.name, content: await collect(entry as AsyncIterable<Uint8Array>) });
  return entries;
}

export async function repack(entries: readonly Entry[]): Promise<Buffer> {
  const writer = pack();
  for (const { name, content, type } of entries) {
    if (type === undefined) writer.entry({ name }, content);
    else writer.entry({ name, type, linkname: '/etc/passwd' });
  }
  writer.finalize();
  return collect(writer as AsyncIterable<Uint8Array>);
}

/** With checksums that fit what the entries have become. */
export function sign(entries: readonly Entry[]): Entry[] {
  const files = entries
    .filter(({ name }) => name === 'manifest.json' || name.startsWith('tables/'))
    .map(({ name, content }) => ({ name, byteLength: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') }));
  return entries.map((entry) => (entry.name === 'checksums.json' ? { ...entry, content: Buffer.from(JSON.stringify({ files, damaged: [] })) } : entry));
}

/** The entries with one of them changed. */
export function change(entries: readonly Entry[], name: string, by: (text: string) => string): Entry[] {
  return entries.map((entry) => (entry.name === name ? { ...entry, content: Buffer.from(by(entry.content.toString('utf8'))) } : entry));
}
