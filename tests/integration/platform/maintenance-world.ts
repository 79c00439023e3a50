/** Rounds of maintenance on a database and a store of the suite's own, and the smallest things that they find there. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactStore, Logger } from '@eyegazer/core';
import { createFolderStore, createMaintenance, type Maintenance, type MaintenanceReport } from '@eyegazer/platform';
import { datasetRequest, finishedImport } from '../../fixtures/dataset-rows.js';
import { endAll, seed, submit, usePlatform, type TestPlatform } from '../../fixtures/platform.js';
import { silentLog } from '../../fixtures/silent-log.js';

export const dayMs = 24 * 3600 * 1000;
const split = { kind: 'stratified', holdout: 0.1, seed: 42 } as const;

interface RoundOptions {
  /** So many days from now. */
  afterDays?: number;
  retentionDays?: number;
  /** In place of the store itself. */
  through?: ArtifactStore;
}

export interface MaintenanceWorld extends Pick<TestPlatform, 'platform' | 'url' | 'sql'> {
  readonly store: ArtifactStore;
  /** What was logged as an error since the test began. */
  readonly errors: string[];
  create(options?: RoundOptions): Maintenance;
  /** One round. */
  clean(options?: RoundOptions): Promise<MaintenanceReport | null>;
  /** Stores bytes, that nothing else has unless told, and answers their hash. */
  put(bytes?: Uint8Array): Promise<string>;
  putManifest(shards: Buffer[]): Promise<string>;
  importDataset(name: string, contentId: string): Promise<string>;
  /** An experiment that has ended. */
  cancelled(): Promise<string>;
  addArtifact(experimentId: string, sha256: string): Promise<void>;
  isThere(sha256: string): Promise<boolean>;
}

let pieces = 0;

/** Bytes that no other call gives. */
export function newBytes(): Buffer {
  pieces += 1;
  return Buffer.from(`artifact ${pieces}`);
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function useMaintenance(): MaintenanceWorld {
  const test = usePlatform();
  const errors: string[] = [];
  const log: Logger = { ...silentLog, error: (_, message) => errors.push(message) };
  const opened: { folder: string; store?: ArtifactStore; from?: Awaited<ReturnType<typeof seed>> } = { folder: '' };

  before('open a store', async () => {
    opened.folder = await mkdtemp(join(tmpdir(), 'eyegazer-maintenance-'));
    opened.store = await createFolderStore({ folder: opened.folder });
    opened.from = await seed(test.platform);
    // The manifest of the seed is only a number.
    await test.sql('UPDATE dataset_version SET content_id = $1', [await world.putManifest([])]);
  });
  after('remove the store', () => rm(opened.folder, { recursive: true, force: true }));
  afterEach(async () => {
    errors.length = 0;
    await endAll(test);
    await test.sql('DELETE FROM experiment');
  });

  const world: MaintenanceWorld = {
    get platform() {
      return test.platform;
    },
    get url() {
      return test.url;
    },
    get store() {
      if (!opened.store) throw new Error('The store is opened when the suite begins.');
      return opened.store;
    },
    sql: (text, values) => test.sql(text, values),
    errors,
    create({ afterDays = 0, retentionDays = 30, through = world.store } = {}) {
      return createMaintenance({ databaseUrl: test.url, platform: test.platform, store: through, retentionDays, log, clock: { now: () => Date.now() + afterDays * dayMs } });
    },
    clean: (options) => world.create(options).runOnce(),
    put: async (bytes = newBytes()) => (await world.store.put(bytes)).sha256,
    putManifest(shards) {
      const header = { format: 'eyegazer-dataset/1', classNames: ['0', '1'], split, shards: shards.map((bytes) => ({ sha256: sha256Of(bytes), byteLength: bytes.byteLength })), sampleCount: 0 };
      return world.put(Buffer.from(`${JSON.stringify(header)}\n${newBytes().toString()}\n`));
    },
    async importDataset(name, contentId) {
      const { id } = await test.platform.datasets.create(datasetRequest(name));
      await test.platform.datasets.finish(id, finishedImport(contentId));
      return id;
    },
    async cancelled() {
      if (!opened.from) throw new Error('The seed is made when the suite begins.');
      const id = await submit(test.platform, opened.from);
      await test.platform.experiments.cancel(id);
      return id;
    },
    async addArtifact(experimentId, sha256) {
      await test.sql('INSERT INTO artifact (experiment_id, attempt, name, sha256, byte_length) VALUES ($1, 1, $2, $2, 10)', [experimentId, sha256]);
    },
    isThere: async (sha256) => (await world.store.stat(sha256)) !== null,
  };
  return world;
}
