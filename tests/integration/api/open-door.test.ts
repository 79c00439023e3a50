import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CreatedToken, SessionAnswer } from '@eyegazer/core';
import { Client } from 'pg';
import { useDatabase } from '../../fixtures/embedded-postgres.js';
import { until } from '../../until.js';
import { assertError, useApi } from './api-world.js';
import { bearer, impatient } from './token-world.js';

const program = resolve(import.meta.dirname, '../../../apps/api/dist/main.js');

describe('API: the open door of a loopback server', () => {
  const api = useApi({ doors: { limits: impatient } });

  it('takes everybody on this machine for its admin', async () => {
    const { body } = await api.get<SessionAnswer>('/api/session');
    assert.deepEqual(body, { open: true, actor: { tokenId: null, name: 'this machine', role: 'admin' } });
    assert.equal((await api.get('/api/tokens')).status, 200);
    assert.equal((await api.post('/api/session', { token: 'whatever' })).headers.get('set-cookie'), null);
  });

  it('stays open for worker tokens, and wants an admin first', async () => {
    const worker = await api.post<CreatedToken>('/api/tokens', { name: 'rig', role: 'worker' });
    assert.deepEqual([worker.status, worker.body.closesDoor], [201, false]);
    for (const role of ['viewer', 'member']) assertError(await api.post('/api/tokens', { name: 'x', role }), { status: 409, code: 'CONFLICT', path: 'role', message: /expected admin/ });
    assert.equal((await api.get('/api/workers')).status, 200);
  });

  it('closes for good with the first token for people, and tells who made it', async () => {
    const { status, body } = await api.post<CreatedToken>('/api/tokens', { name: 'Ada', role: 'admin' });
    assert.deepEqual([status, body.closesDoor], [201, true]);
    assert.equal((await api.get('/api/workers')).status, 401);
    assert.equal((await api.get('/api/workers', bearer(body.secret))).status, 200);
    const second = await api.post<CreatedToken>('/api/tokens', { name: 'Bob', role: 'admin' }, bearer(body.secret));
    assert.equal(second.body.closesDoor, false);
    assert.equal((await api.remove(`/api/tokens/${body.token.id}`, bearer(second.body.secret))).status, 204);
    assertError(await api.remove(`/api/tokens/${second.body.token.id}`, bearer(second.body.secret)), { status: 409, code: 'CONFLICT', message: /last admin token/ });
    assert.equal((await api.get('/api/workers')).status, 401);
  });
});

describe('API: a loopback server behind a proxy', () => {
  const api = useApi({ doors: { trustedHops: 1, limits: impatient } });

  it('is open to nobody, whatever the proxy calls it', async () => {
    const { host } = new URL(api.url);
    const visits: Record<string, string>[] = [{}, { host }, { host, 'x-forwarded-for': '203.0.113.7' }];
    for (const headers of visits) assert.equal((await api.get('/api/tokens', headers)).status, 401);
    assert.equal((await api.platform.tokens.list({ limit: 10 })).items[0]?.name, 'first admin');
  });
});

describe('API: the first admin token', function () {
  this.timeout(60_000);
  const database = useDatabase();
  const running: Started[] = [];
  let home = '';

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-first-token-'));
  });
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.splice(0).map(({ ended }) => ended));
  });
  after(() => rm(home, { recursive: true, force: true }));

  interface Started {
    child: ChildProcess;
    output: () => string;
    messages: { url: string; notice: string | null }[];
    ended: Promise<unknown>;
  }
  function start({ ipc = false, host = '0.0.0.0' } = {}): Started {
    const child = spawn(process.execPath, [program], {
      stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
      env: { PATH: process.env['PATH'], DATABASE_URL: database.url, EYEGAZER_HOME: home, HOST: host, PORT: '0', LOG_LEVEL: 'debug' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const messages: Started['messages'] = [];
    if (ipc) child.on('message', (message) => messages.push(message as Started['messages'][number]));
    const started = { child, output: () => output, messages, ended: new Promise((done) => child.once('close', done)) };
    running.push(started);
    return started;
  }
  const isReady = ({ output }: Started) => until(() => output().includes('"url":"http'), 30_000);
  const tokensIn = (text: string): string[] => text.match(/eyg_[\w-]{43}/g) ?? [];
  const portOf = ({ output }: Started): string => /"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(output())?.[1] ?? assert.fail(output());

  it('is asked for by nobody on loopback', async () => {
    const server = start({ host: '127.0.0.1' });
    await isReady(server);
    assert.deepEqual(tokensIn(server.output()), []);
    assert.equal((await fetch(`http://127.0.0.1:${portOf(server)}/api/workers`)).status, 200);
  });

  it('is shown once by one of three that start at the same moment, in words that say what to do with it', async () => {
    const servers = [start(), start(), start()];
    for (const server of servers) await isReady(server);
    const shown = await until(() => {
      const tokens = servers.flatMap(({ output }) => tokensIn(output()));
      return tokens.length > 0 && tokens;
    });
    assert.equal(shown.length, 1);
    const shower = servers.find(({ output }) => tokensIn(output()).length > 0);
    assert.match(shower?.output() ?? '', /first admin token of this server\. It is shown this once:\n\n {4}eyg_.*\n\n.*open http:\/\/.* and sign in.*\n.*eyegazer login --url http/);
    assert.ok(!(shower?.output() ?? '').split('\n').some((line) => line.startsWith('{') && line.includes('eyg_')), 'it is not in the log');
    for (const server of servers) {
      const url = `http://127.0.0.1:${portOf(server)}/api/workers`;
      assert.equal((await fetch(url)).status, 401);
      assert.equal((await fetch(url, { headers: bearer(shown[0] ?? '') })).status, 200);
    }
  });

  it('is not shown again while an admin token works', async () => {
    const server = start();
    await isReady(server);
    server.child.kill('SIGTERM');
    await server.ended;
    assert.deepEqual(tokensIn(server.output()), []);
  });

  it('is told to the process that forked the server, and not written to where its log goes; on loopback, too, once tokens are asked for', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('UPDATE access_token SET revoked_at = now()');
    await client.end();
    const server = start({ ipc: true, host: '127.0.0.1' });
    const message = await until(() => server.messages[0], 30_000);
    assert.equal(tokensIn(message.notice ?? '').length, 1);
    server.child.kill('SIGTERM');
    await server.ended;
    assert.deepEqual(tokensIn(server.output()), []);
  });
});
