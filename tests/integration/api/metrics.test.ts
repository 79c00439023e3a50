import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { io } from 'socket.io-client';
import type { ExperimentEvent } from '@eyegazer/core';
import { logEvent, registerWorker, seed, startAttempt, submit } from '../../fixtures/platform.js';
import { until } from '../../until.js';
import { useApi } from './api-world.js';

interface Family {
  type: string;
  help: string;
  samples: Map<string, number>;
}

/** Reads Prometheus's text format: what is told of a metric before its samples, and each sample by name and labels. */
function parseMetrics(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const familyOf = (name: string): Family => {
    const known = families.get(name) ?? { type: '', help: '', samples: new Map<string, number>() };
    families.set(name, known);
    return known;
  };
  for (const line of text.split('\n').filter((text) => text !== '')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment) {
      const [, kind, name = '', rest = ''] = comment;
      familyOf(name)[kind === 'HELP' ? 'help' : 'type'] = rest;
      continue;
    }
    const sample = /^([a-z_:][a-z0-9_:]*)(\{.*\})? (\S+)$/i.exec(line);
    assert.ok(sample, `not a line of the format: ${line}`);
    const [, name = '', labels = '', value] = sample;
    const family = families.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
    assert.ok(families.get(family)?.type, `${name} has no TYPE`);
    familyOf(family).samples.set(name + labels, Number(value));
  }
  return families;
}

describe('API: metrics', function () {
  this.timeout(30_000);
  const api = useApi();

  async function scrape(): Promise<Map<string, Family>> {
    const { status, headers, body } = await api.get<string>('/metrics');
    assert.equal(status, 200);
    assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    return parseMetrics(body);
  }
  const samplesOf = (families: Map<string, Family>, name: string) => Object.fromEntries(families.get(name)?.samples ?? []);

  before(async () => {
    const from = await seed(api.platform);
    const { deviceKeys } = await registerWorker(api.platform, { machineId: 'gpu-box', devices: 3 });
    const running = await submit(api.platform, from);
    const { attempt, workerId } = await startAttempt(api, running);
    const at = new Date().toISOString();
    const series = { loss: [2, 1], learningRate: [1, 1], gradNorm: [1, 1], imagesPerSecond: [10, 20], stepSeconds: [0.5, 0.25], dataWaitSeconds: [0.1, 0.05] };
    await api.platform.events.append({ experimentId: running, attempt, events: [{ counter: 1, at, type: 'metrics', data: { updates: [1, 2], series } }] });
    const [worker] = await api.sql<{ generation: number }>('SELECT generation FROM worker WHERE id = $1', [workerId]);
    await api.platform.workers.heartbeat({ workerId, generation: worker?.generation ?? 0, devices: [], runningAttemptIds: [], eventLog: { appends: 4, events: 40, appendSeconds: 0.5, lagSeconds: 0.75 } });
    const placed = await submit(api.platform, from);
    await api.platform.placer.runOnce();
    await api.platform.workers.markStopped(await registerWorker(api.platform));
    await api.platform.experiments.cancel(await submit(api.platform, from));
    assert.deepEqual(deviceKeys, ['gpu-box/cpu0', 'gpu-box/cpu1', 'gpu-box/cpu2']);
    assert.notEqual(placed, running);
  });

  it('counts what the database holds, and measures what runs, with nothing that grows with the number of experiments', async () => {
    const families = await scrape();
    assert.deepEqual(samplesOf(families, 'eyegazer_up'), { 'eyegazer_up{dependency="database"}': 1, 'eyegazer_up{dependency="queue"}': 1 });
    const experiments = { queued: 0, placed: 1, running: 1, paused: 0, succeeded: 0, failed: 0, cancelled: 1, stopped: 0 };
    assert.deepEqual(samplesOf(families, 'eyegazer_experiments'), Object.fromEntries(Object.entries(experiments).map(([state, count]) => [`eyegazer_experiments{state="${state}"}`, count])));
    assert.deepEqual(samplesOf(families, 'eyegazer_attempts'), { 'eyegazer_attempts{state="placed"}': 1, 'eyegazer_attempts{state="starting"}': 0, 'eyegazer_attempts{state="running"}': 1 });
    assert.deepEqual(samplesOf(families, 'eyegazer_devices'), { 'eyegazer_devices{kind="cpu",state="free"}': 1, 'eyegazer_devices{kind="cpu",state="taken"}': 2 });
    assert.equal(samplesOf(families, 'eyegazer_leases')['eyegazer_leases{state="running"}'], 1);
    assert.deepEqual(samplesOf(families, 'eyegazer_workers'), { 'eyegazer_workers{state="alive"}': 1, 'eyegazer_workers{state="lost"}': 0, 'eyegazer_workers{state="stopped"}': 1 });
    assert.deepEqual(samplesOf(families, 'eyegazer_queue_jobs_waiting'), { eyegazer_queue_jobs_waiting: 2 });
    assert.deepEqual(samplesOf(families, 'eyegazer_outbox_waiting'), { eyegazer_outbox_waiting: 0 });
    for (const [name, value] of [['step_seconds', 0.25], ['data_wait_seconds', 0.05], ['images_per_second', 20]] as const) {
      const [[sample, measured] = []] = families.get(`eyegazer_${name}`)?.samples ?? [];
      assert.match(sample ?? '', /^eyegazer_\w+\{hostname="gpu-box",device="gpu-box\/cpu\d",kind="cpu"\}$/);
      assert.equal(measured, value);
    }
    for (const [name, value] of [['event_appends_total', 4], ['events_written_total', 40], ['event_append_seconds_total', 0.5], ['event_persist_lag_seconds_total', 0.75]] as const) {
      assert.deepEqual([...(families.get(`eyegazer_worker_${name}`)?.samples.values() ?? [])], [value]);
    }
    const ids = (await api.sql<{ id: string }>('SELECT id FROM experiment')).map(({ id }) => id);
    const text = JSON.stringify([...families].map(([name, { samples }]) => [name, ...samples.keys()]));
    assert.ok(ids.length > 0 && ids.every((id) => !text.includes(id)));
  });

  it('says of every metric what it is', async () => {
    const types = { counter: 0, gauge: 0, histogram: 0, summary: 0 };
    for (const [name, { type, help }] of await scrape()) {
      assert.ok(type in types, `${name}: ${type}`);
      assert.ok(help.length > 10, `${name}: ${help}`);
      types[type as keyof typeof types]++;
    }
    assert.ok(types.counter >= 4 && types.gauge >= 12 && types.histogram >= 4, JSON.stringify(types));
  });

  it('has every metric of ours on the page about operations, and no other', async () => {
    const page = await readFile(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
    const ours = [...(await scrape()).keys()].filter((name) => name.startsWith('eyegazer_'));
    // The name of a histogram's count is not a metric of its own.
    const listed = new Set([...page.matchAll(/eyegazer_[a-z_]+/g)].map(([name]) => name.replace(/_count$/, '')));
    assert.deepEqual([...listed].sort(), ours.sort());
  });

  it('measures requests by their route', async () => {
    const before = samplesOf(await scrape(), 'eyegazer_http_request_duration_seconds');
    const id = (await api.get<{ items: { id: string }[] }>('/api/experiments')).body.items[0]?.id ?? '';
    await api.get(`/api/experiments/${id}`);
    await api.get('/api/experiments/unknown');
    await api.get('/api/nothing');
    await api.get('/api/ready');
    // An answer is counted once it has gone out entirely.
    const after = await until(async () => {
      const found = samplesOf(await scrape(), 'eyegazer_http_request_duration_seconds');
      return found['eyegazer_http_request_duration_seconds_count{method="GET",route="/api/ready",status_class="2xx"}'] !== undefined && found;
    });
    const grown = (labels: string): number => (after[`eyegazer_http_request_duration_seconds_count{${labels}}`] ?? 0) - (before[`eyegazer_http_request_duration_seconds_count{${labels}}`] ?? 0);
    assert.equal(grown('method="GET",route="/api/experiments/:id",status_class="2xx"'), 1);
    assert.equal(grown('method="GET",route="/api/experiments/:id",status_class="4xx"'), 1);
    assert.equal(grown('method="GET",route="unknown",status_class="4xx"'), 1);
  });

  it('counts sockets, and measures how long an event takes to those who follow', async () => {
    const { body } = await api.get<{ items: { id: string; state: string }[] }>('/api/experiments?state=running');
    const experimentId = body.items[0]?.id ?? '';
    const socket = io(api.url, { transports: ['websocket'] });
    try {
      const events: ExperimentEvent[] = [];
      socket.on('event', (event: ExperimentEvent) => events.push(event));
      const { seq } = (await socket.emitWithAck('subscribe', { experimentId, after: 0 })) as { seq: number };
      await until(() => events.length === seq);
      // Replayed to a newcomer: old events have no lag to speak of.
      const replayed = samplesOf(await scrape(), 'eyegazer_event_push_lag_seconds')['eyegazer_event_push_lag_seconds_count'] ?? 0;
      assert.equal(replayed, 0);
      await api.platform.events.append({ experimentId, attempt: 1, events: [logEvent(2), logEvent(3)] });
      await until(() => events.length === seq + 2);
      const families = await scrape();
      assert.equal(samplesOf(families, 'eyegazer_event_push_lag_seconds')['eyegazer_event_push_lag_seconds_count'], 2);
      assert.equal(samplesOf(families, 'eyegazer_socket_connections')['eyegazer_socket_connections'], 1);
    } finally {
      socket.close();
    }
  });

  it('leaves out what the database would say when it does not answer, and says that it does not', async () => {
    await api.sql('ALTER TABLE lease RENAME TO lease_away');
    try {
      const families = await scrape();
      assert.deepEqual(samplesOf(families, 'eyegazer_up'), { 'eyegazer_up{dependency="database"}': 0, 'eyegazer_up{dependency="queue"}': 1 });
      assert.deepEqual(samplesOf(families, 'eyegazer_experiments'), {});
      assert.ok((families.get('process_cpu_seconds_total')?.samples.size ?? 0) > 0);
    } finally {
      await api.sql('ALTER TABLE lease_away RENAME TO lease');
    }
    assert.equal(samplesOf(await scrape(), 'eyegazer_up')['eyegazer_up{dependency="database"}'], 1);
  });
});

describe('API: queue', () => {
  const api = useApi();

  it('counts what waits and what is free', async () => {
    const from = await seed(api.platform);
    assert.deepEqual((await api.get('/api/queue')).body, { waiting: 0, placed: 0, running: 0, demand: 0, devices: 0, freeDevices: 0 });
    await registerWorker(api.platform, { devices: 2 });
    await startAttempt(api, await submit(api.platform, from));
    await submit(api.platform, from);
    assert.deepEqual((await api.get('/api/queue')).body, { waiting: 1, placed: 0, running: 1, demand: 2, devices: 2, freeDevices: 1 });
  });
});
