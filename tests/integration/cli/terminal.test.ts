/** What a person at a terminal sees: `script` of util-linux lends one. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../../needs.js';
import { until } from '../../until.js';
import { useApi } from '../api/api-world.js';
import { useTokenApi } from '../api/token-world.js';
import { launcher, useCli } from './cli-world.js';
import { evaluation, losses, progress, startRun } from './run-fixture.js';

describe('command line at a terminal', function () {
  this.timeout(60_000);
  const api = useApi();
  const { api: closed, tokens } = useTokenApi();
  const cli = useCli(() => api.url);
  let child: ChildProcess | null = null;
  before(function () {
    needs(this, existsSync('/usr/bin/script'), '`script` (Debian: apt-get install util-linux)');
  });
  afterEach(() => void child?.kill('SIGKILL'));

  function open(args: readonly string[], env: Record<string, string> = {}): { shown: () => string; type: (text: string) => void; code: Promise<number | null> } {
    const command = `stty cols 80 rows 24; exec ${[process.execPath, launcher, ...args].map((part) => `'${part}'`).join(' ')}`;
    const opened = spawn('/usr/bin/script', ['-qefc', command, '/dev/null'], {
      cwd: cli.folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: cli.folder, XDG_CONFIG_HOME: join(cli.folder, 'config'), EYEGAZER_URL: api.url, TERM: 'xterm', SHELL: '/bin/sh', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child = opened;
    let shown = '';
    opened.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
    return { shown: () => shown, type: (text) => void opened.stdin.write(text), code: new Promise((resolve) => opened.once('close', resolve)) };
  }

  it('asks for a token without showing it', async () => {
    const login = open(['login', '--url', closed.url]);
    await until(() => login.shown().includes('Access token for'), 30_000);
    login.type(`${tokens.member}\r`);
    assert.equal(await login.code, 0, login.shown());
    assert.match(login.shown(), /as member \(member\)/);
    assert.ok(!login.shown().includes(tokens.member));
    await cli.run(['logout']);
  });

  it('asks before it throws away, and keeps what it was not told to', async () => {
    const run = await startRun(api, 'kept');
    await api.platform.attempts.end(run.attemptId, { kind: 'succeeded' });
    const asked = open(['rm', 'kept']);
    await until(() => asked.shown().includes('into the bin? [y/N]'), 30_000);
    asked.type('n\r');
    assert.equal(await asked.code, 1);
    assert.match(asked.shown(), /Kept\./);
    const agreed = open(['rm', 'kept']);
    await until(() => agreed.shown().includes('into the bin? [y/N]'), 30_000);
    agreed.type('y\r');
    assert.equal(await agreed.code, 0);
    assert.equal((await api.platform.experiments.get(run.id)).deletedAt === null, false);
  });

  it('draws a run as it comes, and gives the cursor back on Ctrl-C', async () => {
    const run = await startRun(api, 'drawn');
    await run.say(losses(1, [2, 1.6]), progress(2));
    const watching = open(['watch', 'drawn'], { NO_COLOR: '1' });
    await until(() => watching.shown().includes('loss 1.6'), 30_000);
    await run.say(losses(3, [1.2, 0.8]), evaluation(4, 0.5), progress(60));
    await until(() => watching.shown().includes('loss 0.8') && watching.shown().includes('training  50 %'), 30_000);
    const frame = watching.shown().split('\u001b[J').at(-1) ?? '';
    assert.match(frame, /2\.00┤─+╮/);
    assert.match(frame, /▄ {2}QWK 0\.500 {2}accuracy 0\.750 {2}loss 0\.900 {2}best 0\.500 at update 4/);
    assert.match(frame, /██████████░░░░░░░░░░ {2}training {2}50 % {2}1 min 0 s left {2}update 60 of 120/);
    watching.type('\u0003');
    assert.equal(await watching.code, 130);
    assert.match(watching.shown(), /\u001b\[\?25hLeft running\. Look again: eyegazer watch /);
    assert.equal((await api.platform.experiments.get(run.id)).state, 'running');
  });

  it('draws the end of a run, and says what to do with it', async () => {
    const run = await startRun(api, 'ended');
    await run.say(losses(1, [3, 2, 1]), evaluation(3, 0.4));
    await run.bundle({ 'labels.json': '{}' });
    await api.platform.attempts.end(run.attemptId, { kind: 'succeeded' });
    const watching = open(['watch', 'ended'], { NO_COLOR: '1' });
    assert.equal(await watching.code, 0);
    assert.match(watching.shown(), /loss 1[^]*ended succeeded after [^]*Take the bundle home: eyegazer pull /);
  });
});
