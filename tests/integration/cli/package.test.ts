import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { experimentEventSchema } from '@eyegazer/core';
import { useApi } from '../api/api-world.js';
import { startRun } from './run-fixture.js';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');

describe('command line as a package', function () {
  this.timeout(120_000);
  const api = useApi();
  let folder = '';
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'eyegazer-package-')));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is linked in the clone before anything is built, and says then what to do', async () => {
    const linked = join(root, 'node_modules', '.bin', 'eyegazer');
    assert.equal(await realpath(linked), join(root, 'apps', 'cli', 'bin', 'eyegazer.mjs'));
    assert.notEqual((await stat(linked)).mode & 0o111, 0);
    await cp(join(root, 'apps', 'cli', 'bin'), join(folder, 'clone', 'bin'), { recursive: true });
    await assert.rejects(run(join(folder, 'clone', 'bin', 'eyegazer.mjs'), ['ls']), (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 1);
      assert.match(error.stderr, /^The command line is not built yet\. Run `npm run build`/);
      return true;
    });
  });

  it('installs elsewhere from one tarball, with no registry and nothing cached, and works', async () => {
    const { stdout: packed } = await run('node', [join(root, 'apps/cli/scripts/pack.mjs'), folder]);
    const tarball = packed.trim();
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'package.json'), '{"private": true}');
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'empty-cache'), tarball], { cwd: elsewhere });

    const experiment = await startRun(api, 'packed');
    await api.platform.attempts.end(experiment.attemptId, { kind: 'succeeded' });
    const eyegazer = (...args: string[]): Promise<{ stdout: string }> =>
      run(join(elsewhere, 'node_modules', '.bin', 'eyegazer'), args, { cwd: elsewhere, env: { PATH: process.env['PATH'] ?? '', HOME: folder, EYEGAZER_URL: api.url } });
    assert.match((await eyegazer('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
    assert.match((await eyegazer('ls')).stdout, /packed/);
    const events = (await eyegazer('watch', 'packed', '--json')).stdout.trimEnd().split('\n').map((line) => experimentEventSchema.parse(JSON.parse(line)));
    assert.equal(events.at(-1)?.type, 'state');
  });
});
