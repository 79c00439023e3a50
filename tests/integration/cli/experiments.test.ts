import assert from 'node:assert/strict';
import type { ExperimentDetail, ExperimentSummary } from '@eyegazer/core';
import { useApi } from '../api/api-world.js';
import { useCli } from './cli-world.js';
import { evaluation, finding, losses, progress, queueRun, startRun, type FixtureRun } from './run-fixture.js';

describe('command line: experiments', function () {
  this.timeout(60_000);
  const api = useApi();
  const cli = useCli(() => api.url);
  let sick: FixtureRun;
  let twins: string[] = [];

  before(async () => {
    sick = await startRun(api, 'sick / 5-class', { tags: ['trial'] });
    await sick.say(losses(1, [2, 1, 0.5]), evaluation(12, 0.1), finding(12));
    await sick.bundle({ 'labels.json': '{}' });
    await api.platform.attempts.end(sick.attemptId, { kind: 'succeeded' });
    const live = await startRun(api, 'live');
    await live.say(progress(60), evaluation(60, 0.5));
    twins = [await queueRun(api, 'twin'), await queueRun(api, 'twin')];
  });

  it('lists them with state, progress, metrics and the flag of the health rules', async () => {
    const { stdout } = await cli.run(['ls']);
    const [head, ...rows] = stdout.trimEnd().split('\n');
    assert.match(head ?? '', /^ID +STATE +NAME +QWK +ACC +HEALTH +DATASET +TASK +MODEL +AGE$/);
    assert.deepEqual(rows.map((row) => row.split(/ {2,}/)[2]), ['twin', 'twin', 'live', 'sick / 5-class']);
    assert.match(rows[2] ?? '', /running 50 % +live +0\.500 +0\.750/);
    assert.match(rows[3] ?? '', new RegExp(`^${sick.id.slice(0, 8)} +succeeded +sick / 5-class +0\\.100 +0\\.750 +! unhealthy`));
  });

  it('filters, sorts, and says that there is more', async () => {
    const names = async (...args: string[]): Promise<string[]> => (await cli.json<ExperimentSummary[]>(['ls', ...args])).map(({ name }) => name);
    assert.deepEqual(await names('--state', 'queued'), ['twin', 'twin']);
    assert.deepEqual(await names('--tag', 'trial'), ['sick / 5-class']);
    assert.deepEqual((await names('--sort', 'qwk')).slice(0, 2), ['live', 'sick / 5-class']);
    const short = await cli.run(['ls', '-n', '1']);
    assert.equal(short.stdout.trimEnd().split('\n').length, 2);
    assert.match(short.stderr, /There are more: --all shows them/);
    assert.match((await cli.run(['ls', '--tag', 'nobody'])).stderr, /^No experiment fits\.\n$/);
  });

  it('shows everything of one, by name or the beginning of its id', async () => {
    const { code, stdout } = await cli.run(['show', 'sick / 5-class']);
    assert.equal(code, 0);
    for (const part of [/^sick \/ 5-class {2}succeeded$/m, /^ {2}updates +20 \(2 per epoch\)$/m, /^ {2}QWK \* +0\.100 +0\.100$/m, /^ {2}healthy +2 +\. +100 %$/m, /^ {2}! C1 critical at update 12$/m, /max share 0\.97/, /1\. Lower the learning rate/, /^ {2}labels\.json +2 B +[0-9a-f]{12}$/m, /^ {4}effectiveBatch: 64$/m]) assert.match(stdout, part);
    assert.equal((await cli.json<ExperimentDetail>(['show', sick.id.slice(0, 6)])).id, sick.id);
    assert.equal((await cli.json<ExperimentDetail>(['show', sick.id])).name, 'sick / 5-class');
  });

  it('asks which one when several fit', async () => {
    const { code, stderr } = await cli.run(['show', 'twin']);
    assert.equal(code, 2);
    assert.match(stderr, /"twin" fits 2 experiments\. Say which by the beginning of its id:/);
    for (const id of twins) assert.ok(stderr.includes(id.slice(0, 8)));
  });

  it('cancels, retries, throws away and takes back', async () => {
    const id = twins[0] ?? '';
    assert.match((await cli.run(['rm', id, '--yes'])).stderr, /^Error: /); // it has not ended
    assert.equal((await cli.run(['cancel', id])).stdout, 'twin is cancelled.\n');
    assert.equal((await cli.json<ExperimentDetail>(['retry', id])).state, 'queued');
    assert.equal((await cli.json<ExperimentDetail>(['cancel', id])).state, 'cancelled');
    const again = await cli.run(['cancel', id]);
    assert.deepEqual([again.code, again.stdout], [1, '']);
    assert.deepEqual(await cli.json(['rm', id, '--yes']), { id, deleted: true });
    assert.deepEqual((await cli.json<ExperimentSummary[]>(['ls', '--deleted'])).map((row) => row.id), [id]);
    assert.ok(!(await cli.json<ExperimentSummary[]>(['ls'])).some((row) => row.id === id));
    assert.equal((await cli.run(['undelete', 'twin'])).stdout, 'twin is back (cancelled).\n');
    assert.match((await cli.run(['ls', '--deleted'])).stderr, /^The bin is empty\.\n$/);
  });
});
