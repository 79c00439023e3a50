import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { experimentDetailSchema, experimentSummarySchema, noImageSteps, planDataSchema } from '@eyegazer/core';
import type { WorkerCommand } from '@eyegazer/platform';
import { fixturePath } from '../../fixture-path.js';
import { endAll, registerWorker, seed, startAttempt, submit, usePlatform } from '../../fixtures/platform.js';

describe('experiments', function () {
  this.timeout(30_000);
  const test = usePlatform();
  afterEach(() => endAll(test));
  const stateOf = async (id: string) => (await test.platform.experiments.get(id)).state;

  it('stores an experiment with its first event, and answers in the shape of the wire', async () => {
    const { platform } = test;
    const from = await seed(platform);
    const id = await submit(platform, from, { name: 'first', config: { tags: ['a'] } });
    const detail = await platform.experiments.get(id);
    assert.deepEqual(experimentDetailSchema.parse(detail), detail);
    assert.deepEqual([detail.name, detail.state, detail.dataset, detail.tags, detail.lastSeq, detail.attempts], ['first', 'queued', `${from.datasetName}@1`, ['a'], 1, []]);
    const [event] = await platform.events.read({ experimentId: id, after: 0, limit: 10 });
    assert.deepEqual([event?.seq, event?.attempt, event?.type, event?.data], [1, 0, 'state', { state: 'queued' }]);
    await assert.rejects(platform.experiments.get('nobody'), { code: 'NOT_FOUND' });
  });

  it('reads the config and the plan that version 0.1 stored, with what was done then', async () => {
    const { platform } = test;
    const stored = async (name: string): Promise<Record<string, unknown>> => JSON.parse(await readFile(fixturePath(`stored/${name}-of-0.1.json`), 'utf8')) as Record<string, unknown>;
    const [config, plan] = [await stored('config'), await stored('plan')];
    await registerWorker(platform);
    const id = await submit(platform, await seed(platform));
    const attempt = await startAttempt(test, id);
    await platform.events.append({ experimentId: id, attempt: attempt.attempt, events: [{ counter: 1, at: new Date().toISOString(), type: 'plan', data: planDataSchema.parse(plan) }] });
    await test.sql('UPDATE experiment SET config = $2 WHERE id = $1', [id, JSON.stringify(config)]);
    await test.sql('UPDATE attempt SET plan = $2 WHERE experiment_id = $1', [id, JSON.stringify(plan)]);
    await test.sql(`UPDATE event SET data = $2 WHERE experiment_id = $1 AND type = 'plan'`, [id, JSON.stringify(plan)]);

    const detail = await platform.experiments.get(id);
    const { images, training, ...rest } = detail.config;
    const { training: trainingOfThen, ...restOfThen } = config;
    assert.deepEqual(rest, restOfThen);
    assert.deepEqual(images, noImageSteps, 'images are prepared as then');
    const { augment, ...recipe } = training;
    const { augment: augmentOfThen, ...recipeOfThen } = trainingOfThen as Record<string, unknown>;
    assert.deepEqual(recipe, recipeOfThen, 'every tensor decays as then');
    assert.deepEqual(Object.fromEntries(Object.entries(augment).filter(([, value]) => value !== null)), augmentOfThen, 'the preset is what it was');
    const known = { ...plan, adaptation: 'lora', precision: 'fp32', recompute: 'none', device: 'cpu' };
    assert.deepEqual(detail.attempts[0]?.plan, known);
    const events = await platform.events.read({ experimentId: id, after: 0, limit: 100, types: ['plan'] });
    assert.deepEqual(events.map(({ data }) => data), [known]);
  });

  it('answers the same experiment to the same idempotency key, also at once, and refuses another config', async () => {
    const { platform } = test;
    const from = await seed(platform);
    const ids = await Promise.all(Array.from({ length: 5 }, () => submit(platform, from, { idempotencyKey: 'k1' })));
    assert.equal(new Set(ids).size, 1);
    await assert.rejects(submit(platform, from, { idempotencyKey: 'k1', config: { adapter: { r: 4 } } }), { code: 'CONFLICT' });
  });

  it('cancels at once what waits or has been placed but not taken', async () => {
    const { platform } = test;
    const from = await seed(platform);
    const queued = await submit(platform, from);
    assert.equal((await platform.experiments.cancel(queued)).state, 'cancelled');
    const worker = await registerWorker(platform);
    const placed = await submit(platform, from);
    await platform.placer.runOnce();
    const [attempt] = await test.sql<{ id: string }>('SELECT id FROM attempt WHERE experiment_id = $1', [placed]);
    const detail = await platform.experiments.cancel(placed);
    assert.deepEqual([detail.state, detail.attempts[0]?.state], ['cancelled', 'cancelled']);
    assert.ok(detail.endedAt);
    assert.equal(await platform.attempts.claim({ attemptId: attempt?.id ?? '', workerId: worker.workerId }), null);
    assert.equal((await test.sql('SELECT 1 FROM lease')).length, 0);
    await assert.rejects(platform.experiments.cancel(placed), { code: 'ILLEGAL_TRANSITION' });
    await platform.workers.markStopped(worker);
  });

  it('asks the worker to cancel what runs, by notice and with every heartbeat', async () => {
    const { platform } = test;
    const worker = await registerWorker(platform);
    const id = await submit(platform, await seed(platform));
    const attempt = await startAttempt(test, id);
    const commands: WorkerCommand[] = [];
    const subscription = (await test.another()).subscribe({ onCommand: (command) => commands.push(command) });
    await subscription.ready;
    assert.equal((await platform.experiments.cancel(id)).state, 'running');
    while (commands.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(commands, [{ kind: 'cancel', workerId: worker.workerId, attemptId: attempt.attemptId }]);
    const { stop } = await platform.workers.heartbeat({ ...worker, devices: [], runningAttemptIds: [attempt.attemptId] });
    assert.deepEqual(stop, [{ attemptId: attempt.attemptId, reason: 'cancelled' }]);
    await platform.attempts.end(attempt.attemptId, { kind: 'cancelled' });
    assert.equal(await stateOf(id), 'cancelled');
    await platform.workers.markStopped(worker);
  });

  it('cancels, not queues, what was to be cancelled when its worker goes', async () => {
    const { platform } = test;
    const worker = await registerWorker(platform);
    const id = await submit(platform, await seed(platform));
    await startAttempt(test, id);
    await platform.experiments.cancel(id);
    await platform.workers.markStopped(worker);
    assert.equal(await stateOf(id), 'cancelled');
  });

  it('retries what failed, was cancelled or stopped, and nothing else', async () => {
    const { platform } = test;
    const from = await seed(platform);
    const worker = await registerWorker(platform);
    const id = await submit(platform, from);
    for (const state of ['queued', 'placed', 'running'] as const) {
      if (state === 'placed') await platform.placer.runOnce();
      if (state === 'running') {
        const [row] = await test.sql<{ id: string }>('SELECT id FROM attempt WHERE experiment_id = $1', [id]);
        await platform.attempts.claim({ attemptId: row?.id ?? '', workerId: worker.workerId });
        await platform.attempts.markRunning(row?.id ?? '');
      }
      assert.equal(await stateOf(id), state);
      await assert.rejects(platform.experiments.retry(id), { code: 'ILLEGAL_TRANSITION' });
    }
    const outcomes = [
      [{ kind: 'failed', error: { code: 'TRAINER_DIED', message: 'killed' } }, 'failed'],
      [{ kind: 'stopped', reason: 'collapsed' }, 'stopped'],
      [{ kind: 'cancelled' }, 'cancelled'],
      [{ kind: 'succeeded' }, 'succeeded'],
    ] as const;
    for (const [outcome, state] of outcomes) {
      const [row] = await test.sql<{ id: string }>(`SELECT id FROM attempt WHERE experiment_id = $1 AND state = 'running'`, [id]);
      await platform.attempts.end(row?.id ?? '', outcome);
      const ended = await platform.experiments.get(id);
      assert.equal(ended.state, state);
      assert.equal(ended.error?.code, state === 'failed' ? 'TRAINER_DIED' : undefined);
      if (state === 'succeeded') break;
      const again = await platform.experiments.retry(id);
      assert.deepEqual([again.state, again.error, again.endedAt], ['queued', null, null]);
      await startAttempt(test, id);
    }
    await assert.rejects(platform.experiments.retry(id), { code: 'ILLEGAL_TRANSITION' });
    const detail = await platform.experiments.get(id);
    assert.deepEqual(detail.attempts.map(({ number, state }) => [number, state]), [[1, 'failed'], [2, 'succeeded'], [3, 'cancelled'], [4, 'succeeded']]);
    await assert.rejects(platform.attempts.end('nobody', { kind: 'succeeded' }), { code: 'NOT_FOUND' });
    await platform.workers.markStopped(worker);
  });

  it('lets only its own worker claim an attempt, once', async () => {
    const { platform } = test;
    const worker = await registerWorker(platform);
    const id = await submit(platform, await seed(platform));
    await platform.placer.runOnce();
    const [row] = await test.sql<{ id: string }>('SELECT id FROM attempt WHERE experiment_id = $1', [id]);
    const attemptId = row?.id ?? '';
    assert.equal(await platform.attempts.claim({ attemptId, workerId: 'another' }), null);
    const claims = await Promise.all(Array.from({ length: 6 }, () => platform.attempts.claim({ attemptId, workerId: worker.workerId })));
    const won = claims.filter((claim) => claim !== null);
    assert.equal(won.length, 1);
    assert.deepEqual([won[0]?.experimentId, won[0]?.attempt, won[0]?.dataset.version, won[0]?.model.files.length, won[0]?.config.training.epochs], [id, 1, 1, 1, 10]);
    // Said twice when the first answer never arrived: one event.
    for (let i = 0; i < 2; i++) await platform.attempts.markRunning(attemptId);
    const events = await platform.events.read({ experimentId: id, after: 0, limit: 10, types: ['state'] });
    assert.deepEqual(events.map(({ data }) => data), [{ state: 'queued' }, { state: 'placed' }, { state: 'running' }]);
    await platform.workers.markStopped(worker);
  });
});

describe('experiment lists', function () {
  this.timeout(30_000);
  const test = usePlatform();
  const ids: string[] = [];

  before(async () => {
    const { platform } = test;
    const [one, other] = [await seed(platform), await seed(platform)];
    for (let i = 0; i < 12; i++) {
      ids.push(await submit(platform, i % 2 === 0 ? one : other, { name: `run ${i} 100%_done`, config: { tags: i < 4 ? ['low', 'x'] : ['high'], task: { kind: i % 3 === 0 ? 'binary' : 'multiclass' } } }));
    }
    // Several of one millisecond, and metrics with ties and gaps.
    await test.sql(`UPDATE experiment SET created_at = '2026-01-01T00:00:00Z' WHERE id = ANY($1)`, [ids.slice(0, 6)]);
    for (const [i, id] of ids.entries()) {
      if (i >= 8) continue;
      await test.sql('UPDATE experiment SET best = $2, state = $3 WHERE id = $1', [id, { qwk: i === 7 ? null : Math.floor(i / 2) / 10, loss: i }, i < 2 ? 'failed' : 'succeeded']);
    }
  });

  async function readAll(query: Omit<Parameters<typeof test.platform.experiments.list>[0], 'limit' | 'cursor'>, limit: number): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await test.platform.experiments.list({ ...query, limit, cursor });
      for (const item of page.items) assert.deepEqual(experimentSummarySchema.safeParse({ ...item, best: null }).error, undefined);
      found.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return found;
  }

  it('pages through the newest without gap or repetition, whatever the page size', async () => {
    const whole = await readAll({}, 200);
    assert.deepEqual(whole.slice(0, 6), ids.slice(6).reverse());
    assert.deepEqual(new Set(whole), new Set(ids));
    for (const limit of [1, 5, 12]) assert.deepEqual(await readAll({}, limit), whole);
  });

  it('sorts by a metric, best first, those without one last', async () => {
    const byLoss = await readAll({ sort: 'loss' }, 3);
    assert.deepEqual(byLoss.slice(0, 8), ids.slice(0, 8));
    assert.deepEqual(new Set(byLoss), new Set(ids));
    const byQwk = await readAll({ sort: 'qwk' }, 2);
    assert.deepEqual(byQwk, await readAll({ sort: 'qwk' }, 100));
    assert.equal(byQwk[0], ids[6]);
    assert.deepEqual(new Set(byQwk.slice(5, 7)), new Set(ids.slice(0, 2)));
    assert.equal(new Set(byQwk).size, 12);
  });

  it('filters by state, dataset, model, task, tag and text, and by several at once', async () => {
    const pick = (keep: (i: number) => boolean) => new Set(ids.filter((_, i) => keep(i)));
    assert.deepEqual(new Set(await readAll({ states: ['failed', 'queued'] }, 3)), pick((i) => i < 2 || i >= 8));
    const { dataset, model } = await test.platform.experiments.get(ids[0] ?? '');
    assert.deepEqual(new Set(await readAll({ dataset }, 3)), pick((i) => i % 2 === 0));
    assert.deepEqual(new Set(await readAll({ dataset: dataset.split('@')[0] }, 3)), pick((i) => i % 2 === 0));
    assert.deepEqual(new Set(await readAll({ model }, 3)), pick((i) => i % 2 === 0));
    assert.deepEqual(new Set(await readAll({ task: 'binary' }, 3)), pick((i) => i % 3 === 0));
    assert.deepEqual(new Set(await readAll({ tag: 'x' }, 3)), pick((i) => i < 4));
    assert.deepEqual(new Set(await readAll({ text: 'RUN 1' }, 3)), pick((i) => i === 1 || i >= 10));
    assert.deepEqual(await readAll({ text: 'run%done' }, 3), []);
    assert.deepEqual(new Set(await readAll({ text: '100%_D', tag: 'high', task: 'binary' }, 3)), pick((i) => i >= 4 && i % 3 === 0));
  });

  it('refuses a cursor of another list', async () => {
    const { nextCursor } = await test.platform.experiments.list({ limit: 1 });
    await assert.rejects(test.platform.experiments.list({ limit: 1, sort: 'loss', cursor: nextCursor ?? '' }), { code: 'BAD_REQUEST', path: 'cursor' });
    await assert.rejects(test.platform.experiments.list({ limit: 1, cursor: 'nonsense' }), { code: 'BAD_REQUEST', path: 'cursor' });
  });
});
