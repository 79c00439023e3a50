import assert from 'node:assert/strict';
import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditEntryWire, CreatedToken, ReadyAnswer, RestoreAnswer, TokenWire } from '@eyegazer/core';
import { registerWorker } from '../../fixtures/platform.js';
import { useApi } from '../api/api-world.js';
import { useTokenApi } from '../api/token-world.js';
import { useCli } from './cli-world.js';
import { useGateways } from './gateway.js';
import { queueRun, startRun } from './run-fixture.js';

describe('command line: tokens and audit', function () {
  this.timeout(60_000);
  const { api, tokens } = useTokenApi();
  const cli = useCli(() => api.url);
  const admin = (): { env: Record<string, string> } => ({ env: { EYEGAZER_TOKEN: tokens.admin } });

  it('makes a token whose secret stands alone on standard output, and works', async () => {
    const { code, stdout, stderr } = await cli.run(['tokens', 'create', 'anna', '--role', 'member', '--expires', '90d'], admin());
    assert.equal(code, 0);
    assert.match(stdout, /^eyg_[\w-]{43}\n$/);
    assert.match(stderr, /^This is the only time that it is shown\. anna is a member, until \d{4}-/);
    assert.match((await cli.run(['whoami'], { env: { EYEGAZER_TOKEN: stdout.trim() } })).stdout, /^anna \(member\) on /);
    const quiet = await cli.run(['tokens', 'create', 'box', '--role', 'worker', '--quiet'], admin());
    assert.deepEqual([/^eyg_[\w-]{43}\n$/.test(quiet.stdout), quiet.stderr], [true, '']);
    assert.equal((await cli.json<CreatedToken>(['tokens', 'create', 'json', '--role', 'viewer'], admin())).token.name, 'json');
  });

  it('lists tokens without their secrets', async () => {
    const { stdout } = await cli.run(['tokens', 'ls'], admin());
    assert.match(stdout, /^ID +NAME +ROLE +STATE +BEGINS +EXPIRES +LAST USED$/m);
    assert.match(stdout, /^\w+ +anna +member +usable +eyg_[\w-]+\.\.\. /m);
    for (const secret of Object.values(tokens)) assert.ok(!stdout.includes(secret));
  });

  it('revokes one by its name, or by its id where the name says too little', async () => {
    await cli.run(['tokens', 'create', 'twice', '--role', 'viewer'], admin());
    const { token, secret } = await cli.json<CreatedToken>(['tokens', 'create', 'twice', '--role', 'viewer'], admin());
    const vague = await cli.run(['tokens', 'revoke', 'twice', '--yes'], admin());
    assert.equal(vague.code, 2);
    assert.match(vague.stderr, /"twice" names 2 tokens/);
    assert.deepEqual(await cli.json(['tokens', 'revoke', token.id, '--yes'], admin()), { id: token.id, revoked: true });
    assert.equal((await cli.run(['whoami'], { env: { EYEGAZER_TOKEN: secret } })).code, 4);
    assert.equal((await cli.run(['tokens', 'revoke', 'twice', '--yes'], admin())).stdout, 'twice is revoked.\n');
    assert.equal((await cli.run(['tokens', 'revoke', 'twice', '--yes'], admin())).code, 3);
    assert.deepEqual((await cli.json<TokenWire[]>(['tokens', 'ls'], admin())).filter(({ name }) => name === 'twice').map(({ state }) => state), ['revoked', 'revoked']);
  });

  it('shows who did what', async () => {
    const { stdout } = await cli.run(['audit'], admin());
    assert.match(stdout, /^AT +WHO +DID +TO +STATUS +FROM$/m);
    assert.match(stdout, /admin \(admin\) +revokeToken +\w+ +204 /);
    const entries = await cli.json<AuditEntryWire[]>(['audit', '-n', '2'], admin());
    assert.equal(entries.length, 2);
  });
});

describe('command line: workers, doctor, backup', function () {
  this.timeout(60_000);
  const api = useApi();
  const target = useApi();
  const cli = useCli(() => api.url);
  const startGateway = useGateways();

  it('shows what each device runs, and the queue', async () => {
    assert.match((await cli.run(['workers'])).stderr, /^There are no workers\./);
    const run = await startRun(api, 'busy');
    await queueRun(api, 'waiting');
    const { stdout } = await cli.run(['workers']);
    assert.match(stdout, new RegExp(`^WORKER +STATE +DEVICE +MEMORY FREE +RUNS +HEARD +VERSION\\nmachine-\\d+ \\(1\\) +alive +CPU +4\\.0 GB of 8\\.0 GB +${run.id.slice(0, 8)} busy +`));
    assert.match(stdout, /\n\nQueue: 1 waiting, 0 starting, 1 running; 0 of 1 device free\n$/);
    const { workers, queue } = await cli.json<{ workers: unknown[]; queue: { running: number } }>(['workers']);
    assert.deepEqual([workers.length, queue.running], [1, 1]);
  });

  it('finds everything in order, each line with its name', async () => {
    const { code, stdout } = await cli.run(['doctor']);
    assert.equal(code, 0, stdout);
    for (const name of ['login', 'server', 'clock', 'token', 'database', 'store', 'queue', 'version', 'workers']) assert.match(stdout, new RegExp(`^(ok|warn) +${name} `, 'm'));
    const answer = await cli.json<{ ok: boolean; checks: { name: string; level: string }[] }>(['doctor']);
    assert.equal(answer.ok, true);
  });

  it('names what is wrong and what to do about it, with exit code 1', async () => {
    const away = await cli.run(['doctor', '--url', 'http://127.0.0.1:9']);
    assert.equal(away.code, 1);
    assert.match(away.stdout, /^fail {2}server {6}Cannot reach http:\/\/127\.0\.0\.1:9 .*\n +fix: start the server/m);
    const ready: ReadyAnswer = { ready: false, checks: { database: { ok: true, required: true }, store: { ok: false, required: true, message: 'The bucket is not there.' }, disk: { ok: false, required: false, message: 'Nearly full.' } } };
    const gateway = await startGateway(api.url, ({ request, response, forward }) => {
      if (request.url === '/api/health') return void response.writeHead(200, { date: 'Thu, 01 Jan 2015 00:00:00 GMT', 'content-type': 'application/json' }).end('{"status": "ok"}');
      if (request.url === '/api/ready') return void response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify(ready));
      forward();
    });
    const sick = await cli.run(['doctor', '--url', gateway.url]);
    assert.equal(sick.code, 1);
    assert.match(sick.stdout, /^fail {2}clock {7}differs from the server's by \d+ s.*\n +fix: /m);
    assert.match(sick.stdout, /^ok {4}database /m);
    assert.match(sick.stdout, /^warn {2}disk {8}Nearly full\.$/m);
    assert.match(sick.stdout, /^fail {2}store {7}The bucket is not there\.\n +fix: /m);
  });

  it('saves a backup for its owner alone, over no other file, and puts it into an empty server', async () => {
    const { file, byteLength } = await cli.json<{ file: string; byteLength: number }>(['backup', 'saved.tar']);
    assert.equal(file, join(cli.folder, 'saved.tar'));
    const found = await stat(file);
    assert.deepEqual([found.size, found.mode & 0o777], [byteLength, 0o600]);
    const again = await cli.run(['backup', 'saved.tar']);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /saved\.tar is there already/);
    const asked = await cli.run(['restore', 'saved.tar', '--url', target.url]);
    assert.equal(asked.code, 2);
    assert.match(asked.stderr, /say --yes/);
    const answer = await cli.json<RestoreAnswer>(['restore', 'saved.tar', '--yes', '--url', target.url]);
    assert.ok(answer.rows > 0);
    assert.ok((await cli.json<{ name: string }[]>(['ls'], { env: { EYEGAZER_URL: target.url } })).some(({ name }) => name === 'busy'));
  });

  it('refuses what is no backup, and a server that is not empty', async () => {
    await cli.run(['backup', 'cut.tar']);
    await truncate(join(cli.folder, 'cut.tar'), 1000);
    for (const file of ['cut.tar', 'saved.tar']) {
      const { code, stdout, stderr } = await cli.run(['restore', file, '--yes']);
      assert.deepEqual([code === 0, stdout], [false, ''], stderr);
      assert.match(stderr, /^Error: /);
    }
    assert.match((await cli.run(['restore', 'missing.tar', '--yes'])).stderr, /missing\.tar cannot be read: there is no such file/);
  });

  it('keeps nothing of a backup that was cut', async () => {
    const gateway = await startGateway(api.url, ({ request, forward }) => {
      if (request.url !== '/api/backup') return forward();
      forward((chunk, sent) => (sent > 0 ? 'cut' : chunk.subarray(0, 512)));
    });
    const { code, stderr } = await cli.run(['backup', 'partial.tar', '--url', gateway.url]);
    assert.equal(code, 5, stderr);
    assert.ok(!(await readdir(cli.folder)).some((name) => name.startsWith('partial')));
  });

  it('sees a worker that is lost', async () => {
    await registerWorker(api.platform);
    await api.sql(`UPDATE worker SET state = 'lost', heartbeat_at = now() - interval '1 hour'`);
    const { code, stdout } = await cli.run(['doctor']);
    assert.equal(code, 1);
    assert.match(stdout, /^fail {2}workers {5}all are lost: .*\n +fix: start a worker/m);
  });
});
