import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@eyegazer/platform';
import { Client, type QueryResultRow } from 'pg';
import { silentLog } from '../../fixtures/silent-log.js';

describe('embedded PostgreSQL', function () {
  this.timeout(60_000);
  let home = '';
  let server: EmbeddedPostgres | null = null;
  const start = async (): Promise<EmbeddedPostgres> => (server = await startEmbeddedPostgres({ home, log: silentLog }));

  // One folder for all, because making one takes longer than the rest of a test.
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-pg-'));
  });
  afterEach(async () => {
    await server?.stop();
    server = null;
  });
  after(() => rm(home, { recursive: true, force: true }));

  async function query<T extends QueryResultRow>(url: string, sql: string): Promise<T[]> {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  const serverPid = async () => Number.parseInt(await readFile(join(home, 'postgres/data/postmaster.pid'), 'utf8'), 10);

  it('keeps rows, port and password over a stop and a start, and stops within 5 s with a connection open', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE stopped AS SELECT 1 AS n');
    assert.equal((await stat(join(home, 'postgres/password'))).mode & 0o777, 0o600);
    const [settings] = await query<{ fsync: string; commit: string; listen: string }>(first.url, `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit, current_setting('listen_addresses') AS listen`);
    assert.deepEqual(settings, { fsync: 'on', commit: 'on', listen: '127.0.0.1' });
    const idle = new Client({ connectionString: first.url });
    idle.on('error', () => undefined);
    await idle.connect();
    const stoppingAt = performance.now();
    await first.stop();
    assert.ok(performance.now() - stoppingAt < 5000);
    const second = await start();
    assert.equal(second.url, first.url);
    assert.deepEqual(await query(second.url, 'SELECT n FROM stopped'), [{ n: 1 }]);
  });

  it('refuses a wrong password', async () => {
    const url = new URL((await start()).url);
    url.password = 'wrong';
    await assert.rejects(query(url.href, 'SELECT 1'), { code: '28P01' });
  });

  it('keeps committed rows when the server is killed with -9', async () => {
    const { url } = await start();
    await query(url, 'CREATE TABLE killed (n INT)');
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    let committed = 0;
    const writing = (async () => {
      for (;;) {
        await client.query('INSERT INTO killed VALUES ($1)', [committed + 1]);
        committed += 1;
        if (committed === 50) process.kill(await serverPid(), 'SIGKILL');
      }
    })();
    await assert.rejects(writing);
    await server?.ended;
    await server?.stop();
    const again = await start();
    const [row] = await query<{ n: number }>(again.url, 'SELECT count(*)::int AS n FROM killed');
    // The one on its way may or may not have been committed.
    assert.ok(row && row.n >= committed && row.n <= committed + 1, `expected ${committed} rows, got ${row?.n}`);
  });

  it('refuses a second start of the same home while the first runs', async () => {
    await start();
    await assert.rejects(startEmbeddedPostgres({ home, log: silentLog }), { code: 'CONFLICT', message: new RegExp(`process ${process.pid}`) });
  });

  it('takes over from a program that was killed with -9 and left its server behind', async () => {
    const program = `import { startEmbeddedPostgres } from '@eyegazer/platform';
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      const { url } = await startEmbeddedPostgres({ home: process.argv[1], log });
      console.log(url);
      setInterval(() => {}, 1000);`;
    const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', program, home], { cwd: resolve(import.meta.dirname, '../../..'), stdio: ['ignore', 'pipe', 'inherit'] });
    assert.ok(child.stdout);
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    await query(url, 'CREATE TABLE orphaned AS SELECT 1 AS n');
    const orphan = await serverPid();
    await assert.rejects(startEmbeddedPostgres({ home, log: silentLog }), { code: 'CONFLICT', message: new RegExp(`process ${child.pid}`) });
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.doesNotThrow(() => process.kill(orphan, 0));
    const second = await start();
    assert.notEqual(await serverPid(), orphan);
    assert.deepEqual(await query(second.url, 'SELECT n FROM orphaned'), [{ n: 1 }]);
  });

  it('moves to another port when its own was taken meanwhile', async () => {
    const first = await start();
    await first.stop();
    const taken = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
    await once(taken, 'listening');
    try {
      const second = await start();
      assert.notEqual(new URL(second.url).port, new URL(first.url).port);
      assert.equal((await query(second.url, 'SELECT 1')).length, 1);
    } finally {
      taken.close();
    }
  });

  it('makes the data folder anew when a former first start was cut short', async () => {
    const folder = join(home, 'cut-short');
    await mkdir(join(folder, 'postgres/data.new'), { recursive: true });
    await writeFile(join(folder, 'postgres/data.new/PG_VERSION'), '18\n');
    server = await startEmbeddedPostgres({ home: folder, log: silentLog });
    assert.equal((await query(server.url, 'SELECT 1')).length, 1);
    await assert.rejects(stat(join(folder, 'postgres/data.new')), { code: 'ENOENT' });
  });

  it('runs as nobody for a root who may make no user namespace, on the same data, or says why it cannot', async function () {
    if (process.getuid?.() !== 0) this.skip();
    await query((await start()).url, 'CREATE TABLE as_nobody AS SELECT 1 AS n');
    await server?.stop();
    await chmod(home, 0o755);
    // A machine without `unshare`.
    const programs = join(home, 'programs');
    await mkdir(programs);
    await symlink(execFileSync('which', ['chown'], { encoding: 'utf8' }).trim(), join(programs, 'chown'));
    const isReachable = spawnSync('ls', [import.meta.dirname], { cwd: '/', uid: 65_534, gid: 65_534 }).status === 0;
    const path = process.env['PATH'];
    process.env['PATH'] = programs;
    try {
      if (isReachable) assert.deepEqual(await query((await start()).url, 'SELECT n FROM as_nobody'), [{ n: 1 }]);
      else await assert.rejects(start(), { code: 'UNSUPPORTED', message: /refuses to run as root/ });
    } finally {
      process.env['PATH'] = path;
    }
    await server?.stop();
    assert.deepEqual(await query((await start()).url, 'SELECT n FROM as_nobody'), [{ n: 1 }]);
  });

  it('says what PostgreSQL said when it does not start', async () => {
    await (await start()).stop();
    await rm(join(home, 'postgres/data/global/pg_control'));
    await assert.rejects(start(), { code: 'UNAVAILABLE', message: /pg_control/ });
  });
});
