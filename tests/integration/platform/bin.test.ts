import assert from 'node:assert/strict';
import { experimentDetailSchema } from '@eyegazer/core';
import { endAll, registerWorker, seed, startAttempt, submit, usePlatform } from '../../fixtures/platform.js';
import { until } from '../../until.js';

describe('the bin', function () {
  this.timeout(30_000);
  const test = usePlatform();
  afterEach(() => endAll(test));

  /** One that has ended. */
  async function cancelled(name: string, from?: Awaited<ReturnType<typeof seed>>): Promise<string> {
    const id = await submit(test.platform, from ?? (await seed(test.platform)), { name });
    await test.platform.experiments.cancel(id);
    return id;
  }
  const idsOf = async (query: { deleted?: boolean; limit?: number; cursor?: string } = {}) => (await test.platform.experiments.list({ limit: 100, ...query })).items.map(({ id }) => id);

  it('takes what has ended, out of every list but its own, and gives it back as it was', async () => {
    const { experiments } = test.platform;
    const [kept, thrown] = [await cancelled('kept'), await cancelled('thrown')];
    const before = await experiments.get(thrown);
    await experiments.delete(thrown);
    assert.deepEqual(await idsOf(), [kept]);
    assert.deepEqual(await idsOf({ deleted: true }), [thrown]);
    const binned = await experiments.get(thrown);
    assert.deepEqual(experimentDetailSchema.parse(binned), binned);
    assert.ok(binned.deletedAt);

    const restored = await experiments.restore(thrown);
    assert.deepEqual(restored, { ...before, lastSeq: before.lastSeq + 2 });
    assert.deepEqual(await idsOf(), [thrown, kept]);
    assert.deepEqual(await idsOf({ deleted: true }), []);
  });

  it('writes one event however often it is asked, which pages that follow hear of', async () => {
    const { experiments, events } = test.platform;
    const id = await cancelled('twice');
    const heard: number[] = [];
    const topics = new Set<string>();
    const subscription = test.platform.subscribe({
      onEvents: (changed) => heard.push(changed.get(id) ?? 0),
      onTopic: (notice) => topics.add(`${notice.topic} ${notice.id}`),
    });
    await subscription.ready;
    for (let i = 0; i < 3; i++) await experiments.delete(id);
    const { deletedAt } = await experiments.get(id);
    await experiments.delete(id);
    assert.equal((await experiments.get(id)).deletedAt, deletedAt);
    for (let i = 0; i < 3; i++) await experiments.restore(id);
    const log = await events.read({ experimentId: id, after: 0, limit: 100, types: ['log'] });
    assert.deepEqual(log.map(({ data }) => data), [
      { level: 'info', message: 'Deleted: moved to the bin.' },
      { level: 'info', message: 'Restored from the bin.' },
    ]);
    await until(() => heard.includes(log[1]?.seq ?? -1) && topics.has(`experiments ${id}`));
    subscription.close();
  });

  it('refuses what waits or runs, whichever comes first when both are asked at once', async () => {
    const { platform } = test;
    const from = await seed(platform);
    const worker = await registerWorker(platform);
    const id = await submit(platform, from);
    await assert.rejects(platform.experiments.delete(id), { code: 'ILLEGAL_TRANSITION', message: /queued.*Cancel it first/ });
    const attempt = await startAttempt(test, id);
    await assert.rejects(platform.experiments.delete(id), { code: 'ILLEGAL_TRANSITION', message: /running/ });
    await platform.attempts.end(attempt.attemptId, { kind: 'failed', error: { code: 'TRAINER_DIED', message: 'killed' } });
    // Thrown away or queued again, never both.
    const [thrown, again] = await Promise.allSettled([platform.experiments.delete(id), platform.experiments.retry(id)]);
    assert.deepEqual([thrown.status, again.status].sort(), ['fulfilled', 'rejected']);
    await platform.workers.markStopped(worker);
  });

  it('lets nothing in the bin be retried', async () => {
    const { experiments } = test.platform;
    const id = await cancelled('retried');
    await experiments.delete(id);
    await assert.rejects(experiments.retry(id), { code: 'ILLEGAL_TRANSITION', message: /in the bin. Restore it first/ });
    await experiments.restore(id);
    assert.equal((await experiments.retry(id)).state, 'queued');
  });

  it('lists the newest deletion first, page by page, and keeps the two lists apart', async () => {
    const { experiments } = test.platform;
    const from = await seed(test.platform);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await cancelled(`paged ${i}`, from));
    for (const i of [2, 0, 4, 1, 3]) await experiments.delete(ids[i] ?? '');
    // Two in one millisecond.
    await test.sql(`UPDATE experiment SET deleted_at = (SELECT deleted_at FROM experiment WHERE id = $1) WHERE id = $2`, [ids[4], ids[0]]);
    const whole = await idsOf({ deleted: true });
    assert.deepEqual([whole[0], whole[1], whole[4]], [ids[3], ids[1], ids[2]]);
    const paged: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await experiments.list({ limit: 2, deleted: true, cursor });
      paged.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
      await assert.rejects(experiments.list({ limit: 2, cursor }), { code: 'BAD_REQUEST', path: 'cursor' });
    }
    assert.deepEqual(paged, whole);
  });

  it('holds on to the dataset and the model of what it holds, and says so', async () => {
    const { experiments, datasets, models } = test.platform;
    const from = await seed(test.platform);
    const id = await cancelled('holder', from);
    const other = await cancelled('other', from);
    await assert.rejects(datasets.delete(from.datasetName), { code: 'CONFLICT', message: /used by 2 experiments\.$/ });
    await experiments.delete(id);
    await assert.rejects(datasets.delete(from.datasetName), { code: 'CONFLICT', message: /used by 2 experiments \(1 of them in the bin/ });
    await experiments.delete(other);
    await assert.rejects(models.delete(from.modelId), { code: 'CONFLICT', message: /used by 2 experiments \(all of them in the bin/ });
  });

  it('knows no experiment that never was', async () => {
    await assert.rejects(test.platform.experiments.delete('nobody'), { code: 'NOT_FOUND' });
    await assert.rejects(test.platform.experiments.restore('nobody'), { code: 'NOT_FOUND' });
  });
});
