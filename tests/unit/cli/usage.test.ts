import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { createInput, createOutput, runCli } from '@eyegazer/cli';

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr'): Writable => new Writable({ write: (chunk, _encoding, done) => { said[name] += String(chunk); done(); } });
  const err = stream('stderr');
  const code = await runCli(args, { env: {}, version: '1.2.3', input: createInput(Readable.from([]), err), out: createOutput(stream('stdout'), {}), err: createOutput(err, {}) });
  return { code, ...said };
}

const names = ['submit', 'ls', 'show', 'watch', 'cancel', 'retry', 'pull', 'rm', 'undelete', 'datasets', 'models', 'workers', 'doctor', 'login', 'logout', 'whoami', 'tokens', 'audit', 'backup', 'restore'];

describe('usage of the command line', () => {
  it('lists every command, the exit codes and the variables', async () => {
    const { code, stdout } = await run('--help');
    assert.equal(code, 0);
    assert.deepEqual([...stdout.matchAll(/^ {2}([a-z]+) .*/gm)].map(([, name]) => name).filter((name) => name !== 'help'), names);
    for (const word of ['Exit codes:', 'EYEGAZER_URL', 'EYEGAZER_TOKEN', 'NO_COLOR', '--json']) assert.ok(stdout.includes(word), word);
  });

  for (const name of names) {
    it(`explains ${name}`, async () => {
      const { code, stdout } = await run('help', name);
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^Usage: eyegazer ${name}`));
      assert.match(stdout, /--json/);
    });
  }

  it('says its version', async () => {
    assert.deepEqual(await run('--version'), { code: 0, stdout: '1.2.3\n', stderr: '' });
  });

  for (const args of [['lss'], ['ls', '--nonsense'], ['ls', '--state', 'done'], ['ls', '-n', '0'], ['ls', '-n', '1.5'], ['show'], ['show', 'a', 'b'], ['submit'], ['tokens', 'create', 'x'], ['tokens', 'create', 'x', '--role', 'king'], ['datasets', 'import', 'a', 'b', '--holdout', '2'], ['datasets', 'import', 'a', 'b', '--holdout', '.2', '--holdout-list', 'f'], ['whoami', '--url', 'nowhere']]) {
    it(`refuses ${args.join(' ')} with exit code 2`, async () => {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^[Ee]rror: /);
    });
  }

  it('guesses what was meant', async () => {
    assert.match((await run('lss')).stderr, /Did you mean ls\?/);
  });
});
