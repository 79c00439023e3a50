/**
 * docs/deploy.md as its reader lives it: an API on Redis and S3 that asks for tokens, a worker beside it, then a second one on a
 * host that has a clone, Node.js and the page's own lines, and reaches three ports and nothing else.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { ExperimentDetail, WorkerWire } from '@eyegazer/core';
import sharp from 'sharp';
import { useDatabase } from '../fixtures/embedded-postgres.js';
import { findFreePort } from '../fixtures/free-port.js';
import { useRadosgw } from '../fixtures/radosgw.js';
import { useRedis } from '../fixtures/redis.js';
import { copyBuildContext } from '../integration/deploy/build-context.js';
import { tinyModelFiles } from '../integration/worker/tiny-world.js';
import { needs } from '../needs.js';
import { until } from '../until.js';
import { startProgram, type Program } from './program.js';
import { canMakeHosts, firstHostAddress, runOnSecondHost, secondHostName, type HostProcess } from './second-host.js';
import { unzip } from './unzip.js';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const variableNames = ['DATABASE_URL', 'REDIS_URL', 'S3_ENDPOINT', 'EYEGAZER_TOKEN'];
const slowest = 120_000;

describe('a second worker, by docs/deploy.md', function () {
  this.timeout(300_000);
  const database = useDatabase({ migrate: false });
  const redis = useRedis();
  const store = useRadosgw();
  let folder = '';
  let url: string;
  let adminToken: string;
  let api: Program | undefined;
  let first: Program | undefined;
  let second: HostProcess | undefined;

  before(async function () {
    needs(this, canMakeHosts(), 'namespaces of users and networks (unshare, and iproute2)');
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-two-hosts-'));
    await writeImport(join(folder, 'import'));
  });
  after(async () => {
    await second?.stop();
    await first?.stop();
    await api?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const servers = (): Record<string, string> => ({ DATABASE_URL: database.url, REDIS_URL: redis.url, ...store.variables });

  async function ask<T>(path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, { headers, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) });
    assert.ok(response.ok, `${path}: ${response.status} ${response.ok ? '' : await response.text()}`);
    return (await response.json()) as T;
  }
  const aliveWorkers = async (): Promise<WorkerWire[]> => (await ask<{ items: WorkerWire[] }>('/api/workers')).items.filter(({ state }) => state === 'alive');

  async function eyegazer(...args: string[]): Promise<string> {
    const env = { PATH: process.env['PATH'], HOME: folder, EYEGAZER_URL: url, EYEGAZER_TOKEN: adminToken };
    return (await run(process.execPath, [join(root, 'apps/cli/bin/eyegazer.mjs'), ...args], { env })).stdout.trim();
  }

  async function train(name: string): Promise<ExperimentDetail> {
    const training = { epochs: 1, effectiveBatch: 16, learningRate: 5e-3 };
    const { id } = await ask<{ id: string }>('/api/experiments', { name, dataset: 'colours', model: { base: 'tiny' }, adapter: { r: 4 }, training });
    const detail = (): Promise<ExperimentDetail> => ask(`/api/experiments/${id}`);
    await until(async () => ['succeeded', 'failed', 'cancelled', 'stopped'].includes((await detail()).state), slowest);
    return detail();
  }

  it('begins with an API on Redis and S3 that prints a first admin token', async () => {
    const port = String(await findFreePort());
    url = `http://127.0.0.1:${port}`;
    // As in its image: on every address, so that it asks for tokens.
    api = startProgram('apps/api/dist/main.js', { ...servers(), HOST: '0.0.0.0', PORT: port, EYEGAZER_HOME: join(folder, 'a-api'), EYEGAZER_DATA_ROOTS: join(folder, 'import') });
    adminToken = await api.untilSaid(/eyg_[\w-]{43}/);
    assert.equal((await fetch(`${url}/api/workers`)).status, 401);
  });

  it('imports data and a model into the store', async () => {
    const { id } = await ask<{ id: string }>('/api/datasets', { name: 'colours', source: { kind: 'path', uri: join(folder, 'import/colours') } });
    await until(async () => (await ask<{ state: string }>(`/api/datasets/${id}`)).state === 'ready', slowest);
    await ask('/api/models', { name: 'tiny', source: { kind: 'path', uri: join(folder, 'import/tiny') } });
  });

  it('trains on the first worker', async () => {
    const token = await eyegazer('tokens', 'create', 'this-host', '--role', 'worker', '--quiet');
    first = startProgram('apps/worker/dist/main.js', { ...servers(), EYEGAZER_TOKEN: token, EYEGAZER_HOME: join(folder, 'a-worker'), EYEGAZER_THREADS: '1' });
    await until(async () => (await aliveWorkers()).length === 1, slowest);
    const { state, attempts } = await train('on the first host');
    assert.equal(state, 'succeeded', first.output());
    assert.equal(attempts.length, 1);
  });

  it('has a second worker with a clone, the lines of the page, and nothing else', async () => {
    const clone = join(folder, 'b-clone');
    await mkdir(clone);
    await copyBuildContext(root, clone);
    // What `npm ci` would bring; the second host has no way to a registry.
    await run('cp', ['-al', join(root, 'node_modules'), clone]).catch(() => run('cp', ['-a', join(root, 'node_modules'), clone])); // links end at a file system's border
    await run(process.execPath, ['-e', 'import("./scripts/install.mjs").then(({ install }) => install())'], { cwd: clone });

    const token = await eyegazer('tokens', 'create', secondHostName, '--role', 'worker', '--quiet');
    const given: Record<string, string> = { DATABASE_URL: database.url, REDIS_URL: redis.url, S3_ENDPOINT: store.variables['S3_ENDPOINT'] ?? '', EYEGAZER_TOKEN: token };
    const { script, ports } = moveAway(await readLines(), given);
    second = await runOnSecondHost({ ports, folder: clone, script });
    const host = second;
    let isOver = false;
    void host.exited.then(() => (isOver = true));
    await until(async () => {
      if (isOver) assert.fail(`The second worker ended:\n${host.output()}`);
      return (await aliveWorkers()).some(({ hostname }) => hostname === secondHostName);
    }, slowest);
    assert.equal((await aliveWorkers()).length, 2);
  });

  it('trains on the second worker alone, and its bundle can be taken home', async () => {
    assert.equal(await first?.stop(), 0, first?.output());
    const workers = await aliveWorkers();
    assert.deepEqual(workers.map(({ hostname }) => hostname), [secondHostName]);

    const { id, state, attempts } = await train('on the second host');
    assert.equal(state, 'succeeded', second?.output());
    assert.deepEqual(attempts.map(({ workerId }) => workerId), workers.map((worker) => worker.id));

    const response = await fetch(`${url}/api/experiments/${id}/bundle.zip`, { headers: { authorization: `Bearer ${adminToken}` } });
    const path = join(folder, 'bundle.zip');
    await writeFile(path, Buffer.from(await response.arrayBuffer()));
    const files = await unzip(path);
    const sums = files.get('SHA256SUMS')?.toString('utf8').trim().split('\n') ?? [];
    assert.equal(sums.length, files.size - 1);
    for (const line of sums) {
      const [hash, name] = line.split(/\s+\*?/) as [string, string];
      assert.equal(createHash('sha256').update(files.get(name) ?? '').digest('hex'), hash, name);
    }
    assert.ok(files.has('adapter/adapter_model.safetensors'));
  });

  it('ends in good order, and says goodbye', async () => {
    assert.equal(await second?.stop(), 0, second?.output());
    assert.deepEqual(await aliveWorkers(), []);
    assert.doesNotMatch(second?.output() ?? '', /eyg_/);
    assert.ok((await readdir(join(folder, 'b-clone/.eyegazer'))).includes('heartbeat'));
  });

  /** The lines that the page tells the second host to run. */
  async function readLines(): Promise<string[]> {
    const page = await readFile(join(root, 'docs/deploy.md'), 'utf8');
    const block = [...page.matchAll(/```sh\n([^`]*)```/g)].map(([, lines]) => lines ?? '').find((lines) => lines.includes('npm run worker')) ?? assert.fail('no block with npm run worker');
    const lines = block.trim().split('\n');
    assert.deepEqual(lines.map((line) => /^export (\w+)='[^']+'$/.exec(line)?.[1] ?? line), [...variableNames, 'npm run worker']);
    return lines;
  }

  /** The page's lines with this test's values, its servers where the page has them; and which port is which. */
  function moveAway(lines: string[], given: Record<string, string>): { script: string; ports: Map<number, number> } {
    const ports = new Map<number, number>();
    const moved = lines.map((line) => {
      const [, name, example] = /^export (\w+)='([^']+)'$/.exec(line) ?? [];
      if (name === undefined || example === undefined) return `exec ${line}`; // the signal is for npm
      const value = given[name] ?? assert.fail(name);
      if (!URL.canParse(example)) return `export ${name}='${value}'`;
      const [here, there] = [new URL(value), new URL(example)];
      assert.equal(there.hostname, firstHostAddress);
      assert.equal(here.protocol, there.protocol);
      ports.set(Number(there.port), Number(here.port));
      here.host = there.host;
      return `export ${name}='${here.href}'`;
    });
    return { script: moved.join('\n'), ports };
  }
});

/** A folder in the layout of APTOS whose grades are colours, and a tiny ViT. */
async function writeImport(folder: string): Promise<void> {
  await mkdir(join(folder, 'colours/train_images'), { recursive: true });
  await mkdir(join(folder, 'tiny'));
  const rows = ['id_code,diagnosis'];
  for (let i = 0; i < 60; i++) {
    const grade = i % 5;
    const background = { r: 40 * grade, g: 4 * i, b: 200 - 40 * grade };
    await sharp({ create: { width: 32, height: 32, channels: 3, background } }).png().toFile(join(folder, `colours/train_images/image${i}.png`));
    rows.push(`image${i},${grade}`);
  }
  await writeFile(join(folder, 'colours/train.csv'), `${rows.join('\n')}\n`);
  for (const [name, bytes] of tinyModelFiles()) await writeFile(join(folder, 'tiny', name), bytes);
}
