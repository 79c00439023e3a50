import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatasetWire } from '@eyegazer/core';
import { useDatabase } from '../../fixtures/embedded-postgres.js';
import { startApiProcess, type ApiProcess } from './api-process.js';
import { writeAptosFolder } from './api-world.js';
import { until } from '../../until.js';

/** Pids whose parent is (or was, before it died) the given process. */
async function importProcesses(): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [command, stat] = await Promise.all([readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''), readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')]);
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (command.includes('import-child.js') && state !== 'Z') found.set(Number(name), Number(parent));
  }
  return found;
}

describe('API: the process', function () {
  this.timeout(60_000);
  const database = useDatabase({ migrate: false });
  const children: ChildProcess[] = [];
  let home = '';

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-api-process-'));
    await writeAptosFolder(join(home, 'eyes'), 1500);
  });
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
  after(() => rm(home, { recursive: true, force: true }));

  function start(env: Record<string, string> = {}): ApiProcess {
    const api = startApiProcess({ DATABASE_URL: database.url, EYEGAZER_HOME: home, ...env });
    children.push(api.child);
    return api;
  }
  const startImport = async (url: string, name: string): Promise<DatasetWire> => {
    const response = await fetch(`${url}/api/datasets`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name, source: { kind: 'path', uri: join(home, 'eyes') } }) });
    assert.equal(response.status, 202);
    return (await response.json()) as DatasetWire;
  };
  const getDataset = async (url: string, id: string): Promise<DatasetWire> => (await (await fetch(`${url}/api/datasets/${id}`)).json()) as DatasetWire;
  const whenEnded = (url: string, id: string) =>
    until(async () => {
      const dataset = await getDataset(url, id);
      return dataset.state !== 'importing' && dataset;
    }, 60_000);
  const childOf = (pid: number | undefined) => until(async () => [...(await importProcesses())].find(([, parent]) => parent === pid)?.[0]);
  const isGone = (pid: number) => until(async () => !(await importProcesses()).has(pid));

  it('migrates, serves, says that it is ready, and ends within 5 s of SIGTERM with the import it runs', async () => {
    const api = start();
    const url = await api.ready;
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await fetch(`${url}/api/ready`)).status, 200);
    await startImport(url, 'interrupted');
    const importer = await childOf(api.child.pid);
    const startedAt = Date.now();
    api.child.kill('SIGTERM');
    assert.deepEqual(await api.exited, { code: 0, signal: null });
    assert.ok(Date.now() - startedAt < 5000, `took ${Date.now() - startedAt} ms`);
    await isGone(importer);
    assert.doesNotMatch(api.output(), /postgresql:\/\//, 'the database URL holds a password');

    const next = start();
    assert.equal((await whenEnded(await next.ready, 'interrupted')).state, 'ready', 'the next start goes on with it');
  });

  it('takes its import with it when it is killed, and the next start goes on with it', async () => {
    const api = start();
    await startImport(await api.ready, 'orphaned');
    const importer = await childOf(api.child.pid);
    api.child.kill('SIGKILL');
    await api.exited;
    await isGone(importer);
    const next = start();
    const dataset = await whenEnded(await next.ready, 'orphaned');
    assert.deepEqual([dataset.state, dataset.error, dataset.latest?.version], ['ready', null, 1]);
    await until(async () => (await readdir(join(home, 'imports', 'datasets'))).length === 0);
  });

  it('leaves alone what another process on the same database imports, and cleans up for both', async () => {
    const [first, second] = [start(), start()];
    await Promise.all([first.ready, second.ready]);
    const { id } = await startImport(await first.ready, 'of-the-first');
    const importer = await childOf(first.child.pid);
    process.kill(importer, 'SIGSTOP'); // it takes as long as this test does
    const third = start();
    const url = await third.ready;
    assert.equal((await getDataset(url, id)).state, 'importing');
    await until(() => [first, second, third].some(({ lines }) => lines().some(({ msg }) => msg === 'Cleaned up')));
    first.child.kill('SIGKILL');
    await first.exited;
    process.kill(importer, 'SIGKILL');
    // The next start takes it over at once, whoever is there.
    const fourth = start();
    assert.equal((await whenEnded(await fourth.ready, id)).state, 'ready');
  });

  it('says that its port is taken, names PORT and ends with code 1', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => blocker.once('listening', done));
    const { port } = blocker.address() as { port: number };
    try {
      const api = start({ PORT: String(port) });
      assert.deepEqual(await api.exited, { code: 1, signal: null });
      assert.match(api.output(), new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is taken by another program\\. Set PORT`));
    } finally {
      blocker.close();
    }
  });

  it('says what is wrong with its environment and ends with code 1', async () => {
    const api = start({ HOST: '192.0.2.1' });
    assert.deepEqual(await api.exited, { code: 1, signal: null });
    assert.match(api.output(), /HOST: expected an address of this machine, got 192\.0\.2\.1/);
    const lost = start({ DATABASE_URL: '' });
    assert.deepEqual(await lost.exited, { code: 1, signal: null });
    assert.match(lost.output(), /DATABASE_URL: .* It is not set/);
  });

  it('ends when the process that started it is gone', async () => {
    const api = start();
    await api.ready;
    api.child.disconnect();
    assert.deepEqual(await api.exited, { code: 0, signal: null });
  });
});
