import assert from 'node:assert/strict';
import { endAll, logEvent, registerWorker, seed, startAttempt, submit, usePlatform } from '../../fixtures/platform.js';
import { until } from '../../until.js';

describe('notifications', function () {
  this.timeout(30_000);
  const test = usePlatform();
  afterEach(() => endAll(test));

  it('tells another process the last seq of many appends in few notices', async () => {
    const { platform } = test;
    await registerWorker(platform);
    const experimentId = await submit(platform, await seed(platform));
    const { attempt } = await startAttempt(test, experimentId);
    const notices: number[] = [];
    const subscription = (await test.another()).subscribe({ onEvents: (changed) => notices.push(changed.get(experimentId) ?? -1) });
    await subscription.ready;
    const startedAt = performance.now();
    let lastSeq = 0;
    for (let counter = 0; counter < 60; counter++) ({ lastSeq } = await platform.events.append({ experimentId, attempt, events: [logEvent(counter)] }));
    const tookMs = performance.now() - startedAt;
    await until(() => notices.includes(lastSeq));
    assert.deepEqual(notices, [...notices].sort((a, b) => a - b));
    assert.ok(notices.length <= 2 + tookMs / 30, `expected at most one notice in 30 ms, got ${notices.length} in ${tookMs} ms`);
    subscription.close();
  });

  it('splits what does not fit into one notice', async () => {
    const { platform } = test;
    const from = await seed(platform);
    const seen = new Map<string, number>();
    const topics = new Set<string | undefined>();
    const subscription = (await test.another()).subscribe({
      onEvents: (changed) => changed.forEach((seq, id) => seen.set(id, seq)),
      onTopic: ({ topic, id }) => topic === 'datasets' && topics.add(id),
    });
    await subscription.ready;
    const ids = await Promise.all(Array.from({ length: 30 }, () => submit(platform, from)));
    // 400 notices in one go are about 20,000 bytes.
    const names = Array.from({ length: 400 }, (_, i) => `some-data-set-${i}`);
    for (const name of names) platform.notifyTopic('datasets', name);
    // By name: the notice of the dataset that was made above may still come, too.
    await until(() => names.every((name) => topics.has(name)) && ids.every((id) => seen.get(id) === 1));
    subscription.close();
  });

  it('connects again when the connection is cut, says so, and goes on', async () => {
    const { platform } = test;
    const heard: string[] = [];
    const subscription = (await test.another()).subscribe({
      onTopic: ({ topic, id }) => heard.push(`${topic} ${id}`),
      onReconnect: () => heard.push('reconnected'),
    });
    await subscription.ready;
    platform.notifyTopic('models', 'before');
    await until(() => heard.length === 1);
    await test.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN eyegazer'`);
    await until(() => heard.includes('reconnected'));
    platform.notifyTopic('models', 'after');
    await until(() => heard.includes('models after'));
    assert.deepEqual(heard, ['models before', 'reconnected', 'models after']);
    subscription.close();
  });

  it('a subscriber that throws takes no notice away from the others', async () => {
    const { platform } = test;
    const listening = await test.another();
    let heard = 0;
    const subscriptions = [
      listening.subscribe({ onTopic: () => { throw new Error('mistake'); } }),
      listening.subscribe({ onTopic: () => (heard += 1) }),
    ];
    await Promise.all(subscriptions.map(({ ready }) => ready));
    platform.notifyTopic('models', 'x');
    await until(() => heard === 1);
    for (const subscription of subscriptions) subscription.close();
  });
});
