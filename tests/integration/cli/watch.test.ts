import assert from 'node:assert/strict';
import { once } from 'node:events';
import { experimentEventSchema } from '@eyegazer/core';
import { until } from '../../until.js';
import { useApi } from '../api/api-world.js';
import { useCli } from './cli-world.js';
import { useGateways } from './gateway.js';
import { evaluation, finding, losses, progress, queueRun, startRun } from './run-fixture.js';

describe('command line: watch', function () {
  this.timeout(60_000);
  const api = useApi();
  const cli = useCli(() => api.url);
  const startGateway = useGateways();

  it('says a line per step, evaluation and finding, and how it ended', async () => {
    const run = await startRun(api, 'watched');
    const watching = cli.start(['watch', 'watched']);
    // Said again and again until it is heard: only what comes after the watcher has begun is told.
    await until(async () => {
      await run.say(progress(240, 1200));
      return watching.said.stdout.includes('progress');
    }, 30_000);
    await run.say(evaluation(1200, 0.6), finding(1200));
    await run.bundle({ 'labels.json': '{}' });
    await api.platform.attempts.end(run.attemptId, { kind: 'succeeded' });
    const { code, stdout, stderr } = await watching.ended;
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^\d\d:\d\d:\d\d {2}progress +training {2}20 % {2}16 min left {2}update 240 of 1,200 {2}epoch 20\.0 {2}35 images\/s$/m);
    assert.match(stdout, /^\d\d:\d\d:\d\d {2}evaluation {2}update 1,200 {2}QWK 0\.600 {2}accuracy 0\.750 {2}loss 0\.900$/m);
    assert.match(stdout, /^\d\d:\d\d:\d\d {2}finding +C1 critical: 97 % of the answers/m);
    assert.match(stdout, /^\d\d:\d\d:\d\d {2}succeeded$/m);
    assert.match(stdout, new RegExp(`^watched succeeded after .*best: QWK 0\\.600 .*\\n! C1 critical: .*\\nTake the bundle home: eyegazer pull ${run.id.slice(0, 8)}\\n$`, 'm'));
  });

  it('ends with an exit code that says how the run ended', async () => {
    const ends = {
      succeeded: [{ kind: 'succeeded' }, 0],
      failed: [{ kind: 'failed', error: { code: 'OUT_OF_MEMORY', message: 'The device ran out of memory.' } }, 10],
      cancelled: [{ kind: 'cancelled' }, 11],
      stopped: [{ kind: 'stopped', reason: 'C1 says stop' }, 12],
    } as const;
    for (const [state, [outcome, code]] of Object.entries(ends)) {
      const run = await startRun(api, `to be ${state}`);
      await api.platform.attempts.end(run.attemptId, outcome);
      const result = await cli.run(['watch', run.id]);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stdout, new RegExp(`^to be ${state} ${state} after `));
      assert.equal((await cli.run(['watch', run.id, '--json'])).code, code);
    }
  });

  it('gives a program the whole log, one event per line, without a gap', async () => {
    const run = await startRun(api, 'logged');
    await run.say(progress(1), losses(1, [3, 2, 1]));
    const watching = cli.start(['watch', run.id, '--json']);
    await watching.untilSaid(/"metrics"/);
    await run.say(evaluation(3, 0.2));
    await api.platform.attempts.end(run.attemptId, { kind: 'succeeded' });
    const { code, stdout } = await watching.ended;
    assert.equal(code, 0);
    const events = stdout.trimEnd().split('\n').map((line) => experimentEventSchema.parse(JSON.parse(line)));
    assert.deepEqual(events.map(({ seq }) => seq), events.map((_, i) => i + 1));
    assert.deepEqual(events.map(({ type }) => type), ['state', 'state', 'state', 'progress', 'metrics', 'evaluation', 'state']);
  });

  it('leaves the run running on Ctrl-C, and says so', async () => {
    const id = await queueRun(api, 'left');
    const watching = cli.start(['watch', id, '--json']);
    await watching.untilSaid(/"queued"/);
    watching.child.kill('SIGINT');
    const { code, stderr } = await watching.ended;
    assert.equal(code, 130);
    assert.equal(stderr, `Left running. Look again: eyegazer watch ${id.slice(0, 8)}    End it: eyegazer cancel ${id.slice(0, 8)}\n`);
    assert.equal((await api.platform.experiments.get(id)).state, 'queued');
    await api.platform.experiments.cancel(id);
  });

  it('comes back by itself when the server was away, and misses nothing', async () => {
    const run = await startRun(api, 'far');
    await run.say(losses(1, [3]));
    const gateway = await startGateway(api.url);
    const watching = cli.start(['watch', run.id, '--json', '--url', gateway.url]);
    await watching.untilSaid(/"metrics"/);
    gateway.down();
    for (let update = 2; update < 40; update++) await run.say(losses(update, [1 / update]));
    await api.platform.attempts.end(run.attemptId, { kind: 'succeeded' });
    gateway.up();
    const { code, stdout } = await watching.ended;
    assert.equal(code, 0);
    const seqs = stdout.trimEnd().split('\n').map((line) => experimentEventSchema.parse(JSON.parse(line)).seq);
    assert.deepEqual(seqs, seqs.map((_, i) => i + 1));
    assert.equal(seqs.length, 3 + 39 + 1);
  });

  it('says when the server is away, and when it is back', async () => {
    const run = await startRun(api, 'flaky');
    const gateway = await startGateway(api.url);
    const watching = cli.start(['watch', run.id, '--url', gateway.url]);
    await until(async () => {
      await run.say(progress(240, 1200));
      return watching.said.stdout !== '';
    }, 30_000);
    gateway.down();
    await watching.untilSaid(/out of reach\. Trying again; the run goes on without us\./);
    gateway.up();
    await watching.untilSaid(/The server is back\./);
    await api.platform.attempts.end(run.attemptId, { kind: 'succeeded' });
    assert.equal((await watching.ended).code, 0);
  });

  it('submits and watches in one go', async () => {
    const id = await queueRun(api, 'again');
    await api.platform.experiments.cancel(id);
    const watching = cli.start(['retry', id, '--watch', '--json']);
    await watching.untilSaid(/"queued"[^]*"queued"/);
    await api.platform.experiments.cancel(id);
    assert.equal((await watching.ended).code, 11);
  });

  it('ends when its reader has seen enough', async () => {
    const run = await startRun(api, 'piped');
    const watching = cli.start(['watch', run.id, '--json']);
    await watching.untilSaid(/"running"/);
    watching.child.stdout?.destroy();
    await run.say(losses(1, [1]));
    const [code] = (await once(watching.child, 'exit')) as [number];
    assert.equal(code, 0);
    await api.platform.attempts.end(run.attemptId, { kind: 'succeeded' });
  });
});
