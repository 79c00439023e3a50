/**
 * Unmistakable secrets are planted in everything that a real run of API and worker is given or makes, much goes wrong on
 * purpose, and nothing that anybody gets to read afterwards holds one: logs at their most talkative, answers, events,
 * configs, artifacts, files, backups, process titles, and what starts that fail say.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isEnded, operations, pathParams, type CreatedToken, type DatasetWire, type ExperimentDetail, type ModelWire, type OperationId, type Role } from '@eyegazer/core';
import { Client } from 'pg';
import { strangerKeys, gatewayKeys } from '../../fixtures/ceph.js';
import { useDatabase } from '../../fixtures/embedded-postgres.js';
import { startHubServer, type HubServer } from '../../fixtures/hub-server.js';
import { useRadosgw } from '../../fixtures/radosgw.js';
import { needsRedis, startRedis, type RedisServer } from '../../fixtures/redis.js';
import { until } from '../../until.js';
import { writeAptosFolder } from '../api/api-world.js';
import { findSecretsIn } from './find-secrets-in.js';
import { runProcess, type RunningProcess } from './run-process.js';
import { writeNanoViT } from '../../fixtures/nano-vit.js';

const databasePassword = 'pl4nted/Database+Pass word';
const redisPassword = 'pl4nted-Redis-Passw0rd';
const wrongPassword = 'pl4nted-Wrong-Passw0rd';
const hubToken = 'hf_pl4ntedHubTokenOfThirtyTwoLetters';

describe('secrets', function () {
  this.timeout(240_000);
  // Before the hooks of what it needs, which run in this order.
  after(async function () {
    this.timeout(30_000);
    for (const { child } of running) child.kill('SIGTERM');
    await Promise.all(running.map(({ ended }) => ended));
    await redis?.remove();
    await hub?.close();
    await asOwner(`DROP ROLE ${role}`);
    await rm(home, { recursive: true, force: true });
  });
  const database = useDatabase();
  const bucket = useRadosgw();
  const secrets = new Map<string, string>();
  /** What anybody gets to read, by what it is. */
  const readable: { what: string; bytes: Uint8Array | string }[] = [];
  const running: RunningProcess[] = [];
  let redis: RedisServer | null = null;
  let hub: HubServer | null = null;
  let home = '';
  let url = '';
  let admin = '';
  let firstOutput = '';
  let environment: Record<string, string> = {};
  const role = `planted_${process.pid}`;

  const asOwner = async (sql: string): Promise<Record<string, unknown>[]> => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const run = (entry: 'api' | 'worker', changes: Record<string, string> = {}): RunningProcess => {
    const started = runProcess(entry, { ...environment, EYEGAZER_HOME: join(home, entry), ...changes });
    running.push(started);
    return started;
  };
  const databaseUrl = (password: string): string => {
    const planted = new URL(database.url);
    planted.username = role;
    planted.password = encodeURIComponent(password);
    return planted.href;
  };

  /** A request whose answer is kept to be looked through, headers and all. */
  async function ask(path: string, init: RequestInit & { as?: string | null } = {}): Promise<{ status: number; headers: Headers; bytes: Uint8Array }> {
    const { as = admin, headers, ...rest } = init;
    const response = await fetch(url + path, { ...rest, headers: { ...(as === null ? {} : { authorization: `Bearer ${as}` }), ...(headers as Record<string, string>) } });
    const bytes = new Uint8Array(await response.arrayBuffer());
    readable.push({ what: `${rest.method ?? 'GET'} ${path.slice(0, 60)} -> ${response.status}`, bytes });
    return { status: response.status, headers: response.headers, bytes };
  }
  const json = <T>({ bytes }: { bytes: Uint8Array }): T => JSON.parse(Buffer.from(bytes).toString('utf8')) as T;
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) => ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  /** The answer shows a new secret to whoever made it: it is the one that is not looked through. */
  const postQuietly = async (path: string, body: unknown): Promise<{ status: number; headers: Headers; bytes: Uint8Array }> => {
    const answer = await post(path, body);
    readable.pop();
    return answer;
  };
  const createToken = async (of: Role): Promise<string> => {
    const { secret } = json<CreatedToken>(await postQuietly('/api/tokens', { name: `planted ${of}`, role: of }));
    secrets.set(`${of} token`, secret);
    return secret;
  };

  const importFromHub = async ({ name, id }: { name: string; id: string }): Promise<string> => {
    assert.equal((await post('/api/models', { name, source: { kind: 'hub', id } })).status, 202);
    return until(async () => {
      const { state } = json<ModelWire>(await ask(`/api/models/${name}`));
      return state !== 'importing' && state;
    }, 60_000);
  };

  before('start everything, with planted secrets', async function () {
    needsRedis(this);
    redis = await startRedis({ args: ['--requirepass', redisPassword] });
    hub = await startHubServer();
    hub.token = hubToken;
    home = await mkdtemp(join(tmpdir(), 'eyegazer-secrets-'));
    await asOwner(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD '${databasePassword}'`);
    environment = { ...bucket.variables, DATABASE_URL: databaseUrl(databasePassword), REDIS_URL: `redis://:${redisPassword}@127.0.0.1:${redis.port}`, HOST: '0.0.0.0', PORT: '0', HF_ENDPOINT: hub.endpoint, HF_TOKEN: hubToken };
    const planted = {
      databasePassword, redisPassword, wrongPassword, hubToken, storeKeyId: gatewayKeys.accessKeyId, storeKey: gatewayKeys.secretAccessKey, strangerKeyId: strangerKeys.accessKeyId, strangerKey: strangerKeys.secretAccessKey,
    };
    for (const [name, secret] of Object.entries(planted)) secrets.set(name, secret);

    const api = run('api');
    url = await until(() => /"url":"(http:[^"]+)"/.exec(api.output())?.[1], 60_000);
    admin = await until(() => /eyg_[\w-]{43}/.exec(api.output())?.[0]);
    secrets.set('admin token', admin);
    firstOutput = api.output();
  });
  it('are found by this test where they are', () => {
    assert.deepEqual(findSecretsIn(firstOutput, secrets), ['admin token']);
    assert.deepEqual(findSecretsIn(environment['DATABASE_URL'] ?? '', secrets), ['databasePassword']);
    assert.deepEqual(findSecretsIn(environment['S3_ENDPOINT'] ?? '', secrets).sort(), ['storeKey', 'storeKeyId']);
    assert.deepEqual(findSecretsIn(Buffer.from(redisPassword).toString('base64'), secrets), ['redisPassword']);
  });

  it('do not come out of a run from import to bundle', async () => {
    const worker = run('worker', { EYEGAZER_TOKEN: await createToken('worker') });
    const member = await createToken('member');
    const login = await postQuietly('/api/session', { token: member });
    const session = /eys_[\w-]{43}/.exec(login.headers.get('set-cookie') ?? '')?.[0] ?? assert.fail('no session');
    secrets.set('session', session);
    const cookie = `eyegazer_session=${session}`;
    assert.equal((await ask('/api/session', { as: null, headers: { cookie } })).status, 200);

    await writeAptosFolder(join(home, 'eyes'), 30);
    await writeNanoViT(join(home, 'nano'), { seed: 1 });
    await post('/api/datasets', { name: 'eyes', source: { kind: 'path', uri: join(home, 'eyes') } });
    const dataset = await until(async () => {
      const { state, error } = json<DatasetWire>(await ask('/api/datasets/eyes'));
      return state !== 'importing' && { state, error };
    }, 60_000);
    assert.deepEqual(dataset, { state: 'ready', error: null });
    await hub?.pushFolder('acme/nano', join(home, 'nano'));
    assert.equal(await importFromHub({ name: 'nano', id: 'acme/nano' }), 'ready');
    const submitted = await post('/api/experiments', { dataset: 'eyes', model: { base: 'nano' }, training: { epochs: 1, effectiveBatch: 8 } });
    assert.equal(submitted.status, 201, Buffer.from(submitted.bytes).toString());
    const { id } = json<{ id: string }>(submitted);
    const experiment = await until(async () => {
      const detail = json<ExperimentDetail>(await ask(`/api/experiments/${id}`));
      return isEnded(detail.state) && detail;
    }, 150_000);
    assert.equal(experiment.state, 'succeeded', JSON.stringify(experiment.error) + worker.output().slice(-2000));

    for (const { name } of experiment.artifacts) assert.equal((await ask(`/api/experiments/${id}/artifacts/${name}`)).status, 200, name);
    const begun = await ask('/api/uploads', { method: 'POST', headers: { 'tus-resumable': '1.0.0', 'upload-length': '4' } });
    const upload = begun.headers.get('location')?.split('/').at(-1) ?? assert.fail(`no upload: ${begun.status}`);
    const given: Record<string, string> = { getUpload: upload, getDataset: 'eyes', listVersions: 'eyes', listDuplicates: 'eyes', listSamples: 'eyes', getModel: 'nano' };
    for (const operationId of Object.keys(operations) as OperationId[]) {
      const { method, path } = operations[operationId];
      if (method !== 'get' || pathParams(path).some(({ name }) => name !== 'id')) continue;
      assert.ok((await ask(path.replace(':id', given[operationId] ?? id))).status < 300, operationId);
    }
    for (const path of ['/metrics', '/']) await ask(path);
  });

  it('do not come out of a hub that refuses, and of one that is away', async () => {
    assert.ok(hub);
    assert.ok(hub.seen.some(({ authorization }) => authorization === `Bearer ${hubToken}`));
    assert.equal(await importFromHub({ name: 'unknown', id: 'acme/unknown' }), 'failed');
    hub.decide = () => ({ status: 401, headers: { 'x-error-message': `Invalid credentials ${hubToken}` } });
    assert.equal(await importFromHub({ name: 'refused', id: 'acme/nano' }), 'failed');
    hub.decide = () => 'drop';
    assert.equal(await importFromHub({ name: 'away', id: 'acme/nano' }), 'failed');
  });

  it('do not come out of requests that fail', async () => {
    const stray = `eyg_${'Pl4nted'.repeat(6)}x`;
    secrets.set('stray token', stray);
    assert.equal((await ask('/api/workers', { as: stray })).status, 401);
    assert.equal((await ask('/api/workers', { as: null, headers: { authorization: `Basic ${stray}` } })).status, 401);
    assert.equal((await ask('/api/workers', { as: null, headers: { cookie: `eyegazer_session=${stray}` } })).status, 401);
    assert.equal((await post('/api/session', { token: stray })).status, 401);
    assert.equal((await post('/api/session', { token: admin, password: 'x' })).status, 400);
    assert.equal((await post('/api/session', { token: [admin] })).status, 400);
    assert.equal((await ask(`/api/workers?token=${admin}`)).status, 400);
    assert.equal((await ask('/api/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"token": "${admin}` })).status, 400);
    // Whoever puts a secret into a path gets his own words back; the log, looked through below, must not keep them.
    assert.equal((await ask(`/api/datasets/${stray}`)).status, 404);
    readable.pop();
  });

  it('do not come out of a database that refuses, and of one that is away', async () => {
    await asOwner(`ALTER ROLE ${role} PASSWORD 'another'`);
    await asOwner(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`);
    await until(async () => (await ask('/api/workers')).status >= 500, 30_000);
    await ask('/api/ready');
    await asOwner(`ALTER ROLE ${role} PASSWORD '${databasePassword}'`);
    await until(async () => (await ask('/api/workers')).status === 200, 30_000);
    await redis?.stop();
    await until(async () => (await ask('/api/ready')).status === 503, 30_000);
    await redis?.start();
    await until(async () => (await ask('/api/ready')).status === 200, 30_000);
  });

  it('do not come out of starts with wrong credentials or addresses that are none', async () => {
    const worker = { EYEGAZER_TOKEN: secrets.get('worker token') ?? '' };
    const strangerUrl = new URL(environment['S3_ENDPOINT'] ?? '');
    strangerUrl.username = strangerKeys.accessKeyId;
    strangerUrl.password = encodeURIComponent(strangerKeys.secretAccessKey);
    const wrongs: [entry: 'api' | 'worker', changes: Record<string, string>][] = [
      ['api', { DATABASE_URL: databaseUrl(wrongPassword) }],
      ['api', { DATABASE_URL: `postgresql://${role}:${wrongPassword}@127.0.0.1:notaport/db` }],
      ['api', { DATABASE_URL: `mysql://${role}:${wrongPassword}@127.0.0.1/db` }],
      ['api', { DATABASE_URL: `postgresql://${role}:${wrongPassword}%zz@127.0.0.1:1/db` }],
      ['api', { REDIS_URL: `redis://:${wrongPassword}@127.0.0.1:${redis?.port ?? 0}` }],
      ['api', { REDIS_URL: `redis://:${wrongPassword}@127.0.0.1:notaport` }],
      ['api', { S3_ENDPOINT: strangerUrl.href }],
      ['api', { HF_ENDPOINT: `https://user:${wrongPassword}@hub.example.com` }],
      ['api', { HF_TOKEN: `${wrongPassword} and more` }],
      ['api', { S3_ENDPOINT: strangerUrl.href.replace(/:\d+\//, ':notaport/') }],
      ['worker', { ...worker, DATABASE_URL: databaseUrl(wrongPassword) }],
      ['worker', { ...worker, DATABASE_URL: `postgresql://${role}:${wrongPassword}@127.0.0.1:notaport/db` }],
      ['worker', { ...worker, REDIS_URL: `redis://:${wrongPassword}@127.0.0.1:${redis?.port ?? 0}` }],
      ['worker', { EYEGAZER_TOKEN: secrets.get('stray token') ?? '' }],
      ['worker', { EYEGAZER_TOKEN: secrets.get('member token') ?? '' }],
      ['worker', { EYEGAZER_TOKEN: `${secrets.get('stray token') ?? ''}x` }],
    ];
    for (const [entry, changes] of wrongs) {
      const what = `${entry} with another ${Object.keys(changes).join(' and ')}`;
      const started = run(entry, { ...changes, EYEGAZER_HOME: join(home, 'elsewhere') });
      assert.notEqual(await started.ended, 0, what);
      assert.notEqual(started.output(), '', what);
      readable.push({ what, bytes: started.output() });
    }
  });

  it('are in no title of a process, and children have none that they do not need', async () => {
    const kept = ['databasePassword', 'redisPassword', 'hubToken', 'worker token', 'admin token'];
    const processes = await Promise.all(
      (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(async (pid) => {
        const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
        return { title: await read('cmdline'), environ: await read('environ') };
      }),
    );
    const ours = processes.filter(({ environ }) => environ.includes(home));
    assert.ok(ours.some(({ title }) => title.includes('api/dist/main.js')) && ours.some(({ title }) => title.includes('trainer-main.js')));
    for (const { title } of ours) readable.push({ what: `title of ${title}`, bytes: title });
    for (const { title, environ } of ours.filter(({ title }) => !title.includes('/main.js'))) {
      assert.deepEqual(findSecretsIn(environ, secrets).filter((name) => kept.includes(name)), [], `environment of ${title}`);
    }
  });

  it('are in the database as hashes alone', async () => {
    const tables = await asOwner(`SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`);
    assert.ok(tables.length > 15);
    for (const { name } of tables) {
      const rows = await asOwner(`SELECT "table"::text AS row FROM ${String(name)} AS "table"`);
      readable.push({ what: `table ${String(name)}`, bytes: rows.map(({ row }) => String(row)).join('\n') });
    }
  });

  it('are in nothing of all that', async () => {
    const [api, worker] = [running[0], running[1]];
    assert.ok(api && worker);
    for (const { child, ended } of [worker, api]) {
      child.kill('SIGTERM');
      await ended;
    }
    // The one line that shows the first admin token to the terminal.
    readable.push({ what: 'log of the API', bytes: api.output().replace(`    ${admin}\n`, '') }, { what: 'log of the worker', bytes: worker.output() });
    assert.match(api.output(), /GET \/api\/datasets\/\[hidden\] 404/, 'the log says that there was something to hide');
    const files = (await readdir(home, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) readable.push({ what: `file ${name}`, bytes: await readFile(join(parentPath, name)) });

    const found = readable.flatMap(({ what, bytes }) => findSecretsIn(bytes, secrets).map((name) => `${name} in ${what}`));
    assert.deepEqual([...new Set(found)], []);
    assert.ok(readable.length > 80, `${readable.length} things were looked through`);
  });
});
