import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { findFreePort } from '../../fixtures/free-port.js';
import { useTokenApi } from '../api/token-world.js';
import { launcher, useCli } from './cli-world.js';

describe('command line: what goes wrong', function () {
  this.timeout(30_000);
  const { api, tokens } = useTokenApi();
  const cli = useCli(() => api.url);
  const as = (token: string): { env: Record<string, string> } => ({ env: { EYEGAZER_TOKEN: token } });

  it('says of a server that is not there what to do, with exit code 5', async () => {
    const url = `http://127.0.0.1:${await findFreePort()}`;
    for (const args of [['ls'], ['watch', 'x'], ['datasets', 'ls']]) {
      const { code, stdout, stderr } = await cli.run([...args, '--url', url]);
      assert.deepEqual([code, stdout, stderr], [5, '', `Error: Cannot reach ${url} (connection refused). Is it running? Start it with \`npm start\`, or give --url.\n`]);
    }
  });

  it('tells a caller without a token to log in, with exit code 4', async () => {
    const { code, stdout, stderr } = await cli.run(['ls']);
    assert.deepEqual([code, stdout], [4, '']);
    assert.match(stderr, /^Error: .*token.*\nLog in with `eyegazer login`, or set EYEGAZER_TOKEN\.\n$/);
  });

  it('refuses what a role may not do, with exit code 4', async () => {
    const { code, stderr } = await cli.run(['tokens', 'ls'], as(tokens.viewer));
    assert.equal(code, 4);
    assert.match(stderr, /admin/);
    assert.equal((await cli.run(['ls'], as(tokens.worker))).code, 4);
  });

  it('never repeats a token that it was given', async () => {
    for (const token of ['eyg_not-a-token', `eyg_${'x'.repeat(43)}`]) {
      for (const result of [await cli.run(['ls'], as(token)), await cli.run(['login', '--token', token]), await cli.run(['login'], { input: token }), await cli.run(['doctor'], as(token))]) {
        assert.ok(result.code === 1 || result.code === 2 || result.code === 4, result.stderr);
        assert.ok(!(result.stdout + result.stderr).includes(token), result.stderr);
      }
    }
  });

  it('answers wrong usage with exit code 2, and the way to help', async () => {
    for (const args of [['ls', '--state', 'done'], ['whoami', '--url', 'nowhere']]) {
      const { code, stdout, stderr } = await cli.run(args);
      assert.deepEqual([code, stdout], [2, ''], `${args.join(' ')}: ${stderr}`);
      assert.notEqual(stderr, '');
    }
    assert.match((await cli.run(['lss'])).stderr, /Did you mean ls\?/);
  });

  it('answers what is not there with exit code 3', async () => {
    const { code, stderr } = await cli.run(['show', 'nothing-like-it'], as(tokens.viewer));
    assert.deepEqual([code, stderr], [3, 'Error: There is no experiment "nothing-like-it". `eyegazer ls` shows what there is.\n']);
  });

  it('asks nobody where nobody can answer', async () => {
    const { code, stderr } = await cli.run(['tokens', 'revoke', 'viewer'], as(tokens.admin));
    assert.equal(code, 2);
    assert.match(stderr, /say --yes/);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const child = spawn('sh', ['-c', `${process.execPath} ${launcher} help; echo "code $?" >&2`], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy(); // what `| head -0` does
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await new Promise((resolve) => child.once('close', resolve));
    assert.equal(stderr, 'code 0\n');
  });

  it('uses no colour and moves no cursor where nobody looks', async () => {
    const { stdout, stderr } = await cli.run(['doctor'], as(tokens.viewer));
    assert.ok(!(stdout + stderr).includes('\u001b'));
  });
});
