import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { rm, writeFile } from 'node:fs/promises';
import type { DeviceReport } from '@eyegazer/platform';
import { registerWorker, startAttempt, submit, usePlatform } from '../../fixtures/platform.js';
import { until } from '../../until.js';
import { fillHome, startImport, useStore, type Home } from './backup-world.js';

describe('a restored home', function () {
  this.timeout(60_000);
  const source = usePlatform();
  const target = usePlatform();
  const home = useStore();
  const elsewhere = useStore();
  let filled: Home;
  let runningId = '';
  let oldSecret = '';
  let ownSecret = '';
  let ownWorkerId = '';
  const topics = new Set<string>();

  const entry = (operation: string) => ({ requestId: 'r', actor: { tokenId: null, name: 'somebody', role: 'admin' as const }, address: '::1', operation, target: { id: '1' }, status: 200 });
  const device: DeviceReport = { deviceKey: 'same-machine/cpu0', kind: 'cpu', name: 'CPU', memoryTotalBytes: 8e9, memoryFreeBytes: 4e9 };
  const sameMachine = { machineId: 'same-machine', home: '/home', hostname: 'h', pid: 1, version: '1' };

  before(async () => {
    filled = await fillHome(source, home.store);
    const { platform } = source;
    await startImport(source, 'first-import', 0);
    await startImport(source, 'second-import', 1);
    const fromHub = { kind: 'hub', id: 'acme/vit', revision: 'main' } as const;
    await platform.modelImports.start({ name: 'on-its-way', source: fromHub });
    await platform.modelImports.fail((await platform.modelImports.start({ name: 'failed-before', source: fromHub })).model.id, { code: 'NOT_FOUND', message: 'not there' });
    // Before there are tokens, so that they need none.
    const worker = await platform.workers.register({ ...sameMachine, devices: [device] });
    await registerWorker(platform, { machineId: 'idle-machine', devices: 0 });
    ownWorkerId = (await target.platform.workers.register({ ...sameMachine, devices: [device] })).workerId;
    oldSecret = (await platform.tokens.create({ name: 'old admin', role: 'admin', expiresAt: null })).secret;
    const [{ id: tokenId } = { id: '' }] = await source.sql<{ id: string }>('SELECT id FROM access_token');
    await platform.sessions.create(tokenId);
    for (const operation of ['old1', 'old2', 'old3']) await platform.audit.append(entry(operation));
    await source.sql('UPDATE worker SET token_id = $1 WHERE id = $2', [tokenId, worker.workerId]);
    const [{ name } = { name: '' }] = await source.sql<{ name: string }>('SELECT name FROM dataset ORDER BY created_at LIMIT 1');
    const { versionId } = await platform.datasets.resolveVersion(name);
    const [{ id: modelId } = { id: '' }] = await source.sql<{ id: string }>(`SELECT id FROM base_model WHERE state = 'ready'`);
    runningId = await submit(platform, { datasetVersionId: versionId, modelId, datasetName: name }, { name: 'running' });
    await startAttempt(source, runningId);

    // What the new home has before: its own admin, a few entries, and the worker of the machine that both homes are on.
    ownSecret = (await target.platform.tokens.create({ name: 'new admin', role: 'admin', expiresAt: null })).secret;
    for (const operation of ['new1', 'new2']) await target.platform.audit.append(entry(operation));

    await writeFile(await home.store.localPath(filled.result), 'an adaptes'); // as long as it was
    const { sha256 } = await home.store.put(Buffer.from('lost'));
    await source.sql('INSERT INTO artifact (experiment_id, attempt, name, sha256, byte_length) VALUES ($1, 1, $2, $3, 4)', [filled.experimentId, 'lost', sha256]);
    await rm(await home.store.localPath(sha256));

    const subscription = target.platform.subscribe({ onTopic: ({ topic }) => topics.add(topic), onWake: () => topics.add('wake') });
    await subscription.ready;
    const { stream } = await source.platform.createBackup(home.store);
    const report = await target.platform.restoreBackup(Readable.from(stream), elsewhere.store);
    assert.deepEqual([report.lost, report.artifacts], [2, 4]);
  });

  it('has what could be saved of its artifacts, under the right hashes only', async () => {
    for (const sha256 of [filled.manifest, filled.shard]) assert.ok(await elsewhere.store.stat(sha256));
    assert.equal(await elsewhere.store.stat(filled.result), null);
    const { artifacts } = await target.platform.experiments.get(filled.experimentId);
    assert.deepEqual(artifacts.map(({ name }) => name), ['adapter', 'lost']);
  });

  it('lets in whoever had a token in either home, and no session', async () => {
    const { tokens } = target.platform;
    assert.equal((await tokens.verify(oldSecret))?.name, 'old admin');
    assert.equal((await tokens.verify(ownSecret))?.name, 'new admin');
    assert.deepEqual(await target.sql('SELECT 1 FROM session'), []);
  });

  it('has one audit log, what happened last at its top, and goes on with it', async () => {
    await target.platform.audit.append(entry('newest'));
    const { items } = await target.platform.audit.list({ limit: 100 });
    assert.deepEqual(items.map(({ operation }) => operation), ['newest', 'new2', 'new1', 'old3', 'old2', 'old1']);
  });

  it('knows the workers that attempts ran on, and the one that is there already as itself', async () => {
    const workers = await target.sql<{ id: string; machine_id: string; state: string }>('SELECT id, machine_id, state FROM worker ORDER BY machine_id');
    assert.deepEqual(workers.map(({ machine_id, state }) => [machine_id, state]), [['old-machine', 'stopped'], ['same-machine', 'alive']]);
    const { attempts } = await target.platform.experiments.get(runningId);
    assert.deepEqual(attempts.map(({ workerId, state }) => [workerId, state]), [[ownWorkerId, 'lost']]);
    assert.deepEqual(await target.sql('SELECT 1 FROM lease UNION ALL SELECT 1 FROM outbox'), []);
  });

  it('runs again what ran, on a worker that was there all the time', async () => {
    assert.equal((await target.platform.experiments.get(runningId)).state, 'queued');
    const { attempt, workerId } = await startAttempt(target, runningId);
    assert.deepEqual([attempt, workerId], [2, ownWorkerId]);
  });

  it('has no import that never ends', async () => {
    const [first, second] = [await target.platform.datasets.get('first-import'), await target.platform.datasets.get('second-import')];
    assert.deepEqual([first.state, second.state, second.latest?.version], ['failed', 'ready', 1]);
    assert.match(second.error?.message ?? '', /when the backup was made/);
    const models = await Promise.all(['on-its-way', 'failed-before'].map((name) => target.platform.models.describe(name)));
    assert.deepEqual(models.map((model) => [model.source, model.state, model.state === 'failed' && model.error.message.slice(0, 10)]), [['hub:acme/vit@main', 'failed', 'The import'], ['hub:acme/vit@main', 'failed', 'not there']]);
    assert.deepEqual((await target.platform.modelImports.start({ name: 'on-its-way', source: { kind: 'hub', id: 'acme/vit', revision: 'main' } })).isStarted, true);
  });

  it('tells open pages and the placer', async () => {
    await until(() => ['datasets', 'models', 'experiments', 'workers', 'wake'].every((topic) => topics.has(topic)));
  });

  it('is restored once', async () => {
    const { stream } = await source.platform.createBackup(home.store);
    await assert.rejects(target.platform.restoreBackup(Readable.from(stream), elsewhere.store), { code: 'CONFLICT', message: /datasets and base models and experiments/ });
    stream.destroy();
  });
});
