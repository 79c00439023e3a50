/** A whole API on a fresh database and store for the enclosing suite, and the smallest things that requests need. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type ApiServer, type ServerOptions } from '@eyegazer/api';
import type { ArtifactStore, DatasetWire, ErrorAnswer, Logger } from '@eyegazer/core';
import { addressStore, openStore, type StoreSettings } from '@eyegazer/platform';
import sharp from 'sharp';
import { usePlatform, type TestPlatform } from '../../fixtures/platform.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { createTestStore, slowestStoreStartMs } from '../../fixtures/test-store.js';
import { checkExchange } from './contract-check.js';
import { until } from '../../until.js';
import { writeNanoViT } from '../../fixtures/nano-vit.js';

export interface Reply<T = unknown> {
  status: number;
  headers: Headers;
  body: T;
}

export interface TestApi extends TestPlatform {
  readonly server: ApiServer;
  readonly store: ArtifactStore;
  readonly url: string;
  readonly databaseUrl: string;
  /** A folder for the suite's own files, real path. */
  readonly folder: string;
  get<T = never>(path: string, headers?: Record<string, string>): Promise<Reply<T>>;
  post<T = never>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply<T>>;
  remove(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** A request of any method. */
  ask<T = never>(path: string, init: RequestInit): Promise<Reply<T>>;
}

/** For a server that fetches nothing from anywhere: nobody listens there. */
export const noSources: ServerOptions['modelSources'] = { hub: { endpoint: 'http://127.0.0.1:1', token: null }, buckets: { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials: null } };

/** With `proxied`, downloads pass through the API whatever the store is. */
export function useApi(options: { proxied?: boolean; dataRoots?: (folder: string) => string[]; modelSources?: () => Partial<ServerOptions['modelSources']>; maxBacklog?: number; doors?: Pick<ServerOptions, 'limits' | 'trustedHops'>; log?: Logger } = {}): TestApi {
  const started: { server?: ApiServer; store?: ArtifactStore; url: string; folder: string } = { url: '', folder: '' };
  // Hooks of one kind run in the order they are registered: the server goes before its platform.
  after('close the API', async function () {
    this.timeout(10_000);
    await started.server?.close();
    if (started.folder !== '') await rm(started.folder, { recursive: true, force: true });
  });
  const database = usePlatform();
  before('start the API', async function () {
    this.timeout(slowestStoreStartMs);
    const folder = await mkdtemp(join(tmpdir(), 'eyegazer-api-'));
    const storeAddress = addressStore(await createStoreSettings(options.proxied ?? false), { home: folder, cacheLimitBytes: 1e9 });
    const store = await openStore(storeAddress.settings, { ...storeAddress, log: silentLog });
    await mkdir(join(folder, 'web', 'assets'), { recursive: true });
    const server = createServer({
      platform: database.platform,
      store,
      storeAddress,
      home: folder,
      kinds: { queue: database.redisUrl === null ? 'postgresql' : 'redis', store: storeAddress.settings.kind },
      log: options.log ?? silentLog,
      dataRoots: options.dataRoots?.(folder) ?? null,
      modelSources: { ...noSources, ...options.modelSources?.() },
      uploadLimitBytes: 3e9,
      dashboardFolder: join(folder, 'web'),
      ...options.doors,
      ...(options.maxBacklog === undefined ? {} : { maxBacklog: options.maxBacklog }),
    });
    Object.assign(started, { folder, store, server });
    started.url = (await server.listen(0)).url;
  });

  async function call<T>(path: string, init: RequestInit): Promise<Reply<T>> {
    const response = await fetch(started.url + path, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
    // What came by way of the store is not the API's to say.
    if (!response.redirected) checkExchange({ method: init.method ?? 'GET', target: path, requestBody: typeof init.body === 'string' ? init.body : undefined, status: response.status, headers: response.headers, body });
    return { status: response.status, headers: response.headers, body: body as T };
  }

  return {
    get platform() {
      return database.platform;
    },
    get databaseUrl() {
      return database.url;
    },
    get redisUrl() {
      return database.redisUrl;
    },
    another: (given) => database.another(given),
    sql: (text, values) => database.sql(text, values),
    get server() {
      assert.ok(started.server);
      return started.server;
    },
    get store() {
      assert.ok(started.store);
      return started.store;
    },
    get url() {
      return started.url;
    },
    get folder() {
      return started.folder;
    },
    get: (path, headers = {}) => call(path, { headers }),
    post: (path, body, headers = {}) =>
      call(path, { method: 'POST', headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
    remove: (path, headers = {}) => call(path, { method: 'DELETE', headers }),
    ask: call,
  };
}

async function createStoreSettings(proxied: boolean): Promise<StoreSettings> {
  const settings = await createTestStore();
  return settings.kind === 's3' && proxied ? { ...settings, downloads: 'proxied' } : settings;
}

/** Asserts that a reply is the error that is expected, in the one shape errors have. */
export function assertError(reply: Reply, expected: { status: number; code: string; message?: RegExp; path?: string }): void {
  const { error } = reply.body as ErrorAnswer;
  assert.equal(reply.status, expected.status, JSON.stringify(reply.body));
  assert.equal(error.code, expected.code);
  if (expected.message) assert.match(error.message, expected.message);
  if (expected.path !== undefined) assert.equal(error.path, expected.path);
  assert.equal(error.requestId, reply.headers.get('x-request-id'));
}

/** The hashes of everything that a store has, in order. */
export async function listStored(store: ArtifactStore): Promise<string[]> {
  const hashes: string[] = [];
  for await (const { sha256 } of store.list()) hashes.push(sha256);
  return hashes.sort();
}

/** Writes a folder in APTOS layout: `count` small images of grades 0 to 2, round and round. */
export async function writeAptosFolder(folder: string, count: number): Promise<void> {
  await mkdir(join(folder, 'train_images'), { recursive: true });
  const rows = ['id_code,diagnosis'];
  for (let i = 0; i < count; i++) {
    const id = `image${String(i).padStart(3, '0')}`;
    rows.push(`${id},${(i % 3).toFixed(1)}`);
    await writeFile(join(folder, 'train_images', `${id}.png`), await solidPng(i));
  }
  await writeFile(join(folder, 'train.csv'), `${rows.join('\n')}\n`);
}

function solidPng(i: number): Promise<Buffer> {
  return sharp({ create: { width: 40, height: 30, channels: 3, background: { r: 40 * (i % 6), g: 7 * (i % 30), b: i } } }).png().toBuffer();
}

const longestImportMs = 60_000;

/** Imports a folder and waits for the end. */
export async function importDataset(api: TestApi, body: { name: string; source: { kind: 'path'; uri: string }; split?: unknown }): Promise<DatasetWire> {
  const started = await api.post<DatasetWire>('/api/datasets', body);
  assert.equal(started.status, 202, JSON.stringify(started.body));
  return until(async () => {
    const { body: dataset } = await api.get<DatasetWire>(`/api/datasets/${started.body.id}`);
    return dataset.state !== 'importing' && dataset;
  }, longestImportMs);
}

/** A ready dataset `eyes` of three grades and a small base model `nano`. */
export async function prepareInputs(api: TestApi): Promise<{ datasetId: string; modelId: string }> {
  await writeAptosFolder(join(api.folder, 'eyes'), 30);
  const dataset = await importDataset(api, { name: 'eyes', source: { kind: 'path', uri: join(api.folder, 'eyes') } });
  assert.equal(dataset.state, 'ready', JSON.stringify(dataset.error));
  await writeNanoViT(join(api.folder, 'nano'), { seed: 1 });
  const model = await api.post<{ id: string }>('/api/models', { source: { kind: 'path', uri: join(api.folder, 'nano') } });
  assert.equal(model.status, 201, JSON.stringify(model.body));
  return { datasetId: dataset.id, modelId: model.body.id };
}
