import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { mock } from 'node:test';
import { promisify } from 'node:util';
import { text } from 'node:stream/consumers';
import type { ArtifactStore, EventData } from '@eyegazer/core';
import yauzl from 'yauzl';
import { testServers } from '../../fixtures/test-servers.js';
import { registerWorker, seed, startAttempt, submit } from '../../fixtures/platform.js';
import { assertError, useApi } from './api-world.js';
import { until } from '../../until.js';

/** Entries of a zip by name, in order. */
async function readZip(bytes: Buffer): Promise<Map<string, string>> {
  const zip = await promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer)(bytes, { lazyEntries: true });
  const open = promisify(zip.openReadStream.bind(zip)) as (entry: yauzl.Entry) => Promise<NodeJS.ReadableStream>;
  const files = new Map<string, string>();
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      open(entry).then(async (stream) => {
        files.set(entry.fileName, await text(stream));
        zip.readEntry();
      }, reject);
    });
    zip.on('end', () => resolve(files)).on('error', reject);
    zip.readEntry();
  });
}

describe('API: artifacts and the bundle', () => {
  const api = useApi({ proxied: true });
  const contents: Record<string, string> = {
    'adapter/adapter_config.json': '{"r": 16}',
    'adapter/adapter_model.safetensors': 'weights '.repeat(50_000),
    'predictions.csv': 'id,label\n',
    SHA256SUMS: 'sums\n',
  };
  let path = '';
  let stored: Record<string, EventData<'artifact'>> = {};

  async function announce(store: ArtifactStore, target: { experimentId: string; attempt: number }): Promise<void> {
    let counter = 0;
    for (const [name, content] of Object.entries(contents)) {
      const data = { name, ...(await store.put(Buffer.from(content))) };
      stored = { ...stored, [name]: data };
      await api.platform.events.append({ ...target, events: [{ counter: counter++, at: new Date().toISOString(), type: 'artifact', data }] });
    }
  }

  before(async () => {
    const id = await submit(api.platform, await seed(api.platform), { name: 'my run / "best"' });
    await registerWorker(api.platform);
    const started = await startAttempt(api, id);
    await announce(api.store, started);
    await api.platform.attempts.end(started.attemptId, { kind: 'succeeded' });
    path = `/api/experiments/${id}`;
  });

  it('lists names, sizes and hashes', async () => {
    const { body } = await api.get<{ items: EventData<'artifact'>[]; nextCursor: null }>(`${path}/artifacts`);
    assert.deepEqual([...body.items].sort((a, b) => (a.name < b.name ? -1 : 1)), Object.values(stored).sort((a, b) => (a.name < b.name ? -1 : 1)));
  });

  it('downloads one by its name, whole and in ranges', async () => {
    const name = 'adapter/adapter_model.safetensors';
    const content = contents[name] ?? '';
    const whole = await api.get<string>(`${path}/artifacts/${name}`);
    assert.equal(whole.status, 200);
    assert.equal(whole.body, content);
    assert.equal(whole.headers.get('etag'), `"${stored[name]?.sha256}"`);
    assert.equal(whole.headers.get('content-length'), String(content.length));
    assert.equal(whole.headers.get('content-disposition'), 'attachment; filename=adapter_model.safetensors');
    assert.equal(whole.headers.get('content-type'), 'application/octet-stream');
    assert.equal((await api.get<string>(`${path}/artifacts/${encodeURIComponent(name)}`)).body, content);

    const range = async (value: string, more: Record<string, string> = {}) => api.get<string>(`${path}/artifacts/${name}`, { range: value, ...more });
    const middle = await range('bytes=3-9');
    assert.deepEqual([middle.status, middle.body, middle.headers.get('content-range')], [206, content.slice(3, 10), `bytes 3-9/${content.length}`]);
    assert.equal((await range('bytes=-5')).body, content.slice(-5));
    assert.equal((await range(`bytes=${content.length - 2}-`)).body, content.slice(-2));
    const beyond = await range(`bytes=${content.length}-`);
    assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, `bytes */${content.length}`]);
    assert.equal((await range('bytes=0-1', { 'if-range': `"${stored[name]?.sha256}"` })).status, 206);
    assert.equal((await range('bytes=0-1', { 'if-range': '"of another time"' })).status, 200);
    assert.equal((await api.get(`${path}/artifacts/${name}`, { 'if-none-match': `"${stored[name]?.sha256}"` })).status, 304);
    const head = await fetch(`${api.url}${path}/artifacts/${name}`, { method: 'HEAD' });
    assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, String(content.length), '']);
  });

  it('never follows a name as a path', async () => {
    for (const name of ['..%2f..%2fetc%2fpasswd', 'adapter%2f..%2fSHA256SUMS', '%2e%2e/%2e%2e/x', `..%2f${stored['SHA256SUMS']?.sha256}`, 'adapter']) {
      const reply = await api.get(`${path}/artifacts/${name}`);
      assert.equal(reply.status, 404, name);
    }
  });

  it('streams the bundle as a zip: every file, its bytes, one order, the same bytes each time', async () => {
    const load = async () => {
      const response = await fetch(`${api.url}${path}/bundle.zip`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-type'), 'application/zip');
      assert.equal(response.headers.get('content-disposition'), 'attachment; filename=eyegazer-my-run-best.zip');
      return Buffer.from(await response.arrayBuffer());
    };
    const zip = await load();
    const files = await readZip(zip);
    assert.deepEqual([...files.keys()], ['SHA256SUMS', 'adapter/adapter_config.json', 'adapter/adapter_model.safetensors', 'predictions.csv']);
    assert.deepEqual(Object.fromEntries(files), contents);
    assert.ok(zip.equals(await load()));
  });

  // On S3 there is no file to look for.
  if (testServers === 'embedded') it('leaves no file open of a download that is given up', async () => {
    const big = await api.store.put(randomBytes(24 * 1024 * 1024));
    const id = await submit(api.platform, await seed(api.platform), { name: 'big' });
    const started = await startAttempt(api, id);
    const at = new Date().toISOString();
    const events = ['adapter/big.safetensors', 'SHA256SUMS'].map((name, counter) => ({ counter, at, type: 'artifact' as const, data: { name, ...big } }));
    await api.platform.events.append({ experimentId: id, attempt: started.attempt, events });
    await api.platform.attempts.end(started.attemptId, { kind: 'succeeded' });
    const bigPath = await api.store.localPath(big.sha256);
    const isOpen = async (): Promise<boolean> => {
      const links = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
      return links.includes(bigPath);
    };
    for (const part of ['bundle.zip', 'artifacts/adapter/big.safetensors']) {
      const giveUp = new AbortController();
      const response = await fetch(`${api.url}/api/experiments/${id}/${part}`, { signal: giveUp.signal });
      await response.body?.getReader().read();
      await until(isOpen);
      giveUp.abort();
      await until(async () => !(await isOpen()));
    }
  });

  it('says so when bytes are gone from the store', async () => {
    const sha256 = stored['predictions.csv']?.sha256 ?? '';
    await api.store.remove(sha256);
    const expected = { status: 500, code: 'CORRUPT_ARTIFACT', message: /Expected 9 bytes of predictions\.csv in the artifact store, found nothing/ };
    assertError(await api.get(`${path}/bundle.zip`), expected);
    assertError(await api.get(`${path}/artifacts/predictions.csv`), expected);
    await api.store.put(Buffer.from(contents['predictions.csv'] ?? ''));
  });

  it('cuts a download that fails on the way, so that half a zip is never taken for a whole', async () => {
    const read = mock.method(api.store, 'read', async function* (this: ArtifactStore, sha256: string) {
      if (sha256 === stored['predictions.csv']?.sha256) throw new Error('the disk is gone');
      yield await readFile(await this.localPath(sha256));
    });
    try {
      await assert.rejects(async () => (await fetch(`${api.url}${path}/bundle.zip`)).arrayBuffer());
    } finally {
      read.mock.restore();
    }
    assert.equal((await api.get('/api/health')).status, 200);
  });
});
