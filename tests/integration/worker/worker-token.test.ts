import assert from 'node:assert/strict';
import { datasetRequest } from '../../fixtures/dataset-rows.js';
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError, numOutputsOf, plannedUpdates, resolveTask, type Role } from '@eyegazer/core';
import { endAll, registerWorker, seed, startAttempt, submit, usePlatform } from '../../fixtures/platform.js';
import { until } from '../../until.js';
import { slowestStoreStartMs, storeVariables } from '../../fixtures/test-store.js';
import { createTinyWorld, tinyConfig, tinyViT, type TinyWorld } from './tiny-world.js';

const entry = fileURLToPath(new URL('../../../apps/worker/dist/main.js', import.meta.url));
const isUnauthorized = (message: RegExp) => (error: unknown) => error instanceof AppError && error.code === 'UNAUTHORIZED' && message.test(error.message);

describe('worker tokens', function () {
  this.timeout(60_000);
  const test = usePlatform();
  const children: { child: ChildProcess; exited: Promise<number | null> }[] = [];
  let world: TinyWorld;

  before(async function () {
    this.timeout(slowestStoreStartMs);
    world = await createTinyWorld();
  });
  beforeEach(async () => {
    await endAll(test);
    await test.sql('UPDATE worker SET token_id = NULL');
    await test.sql('DELETE FROM access_token');
  });
  // Whatever a test found: nothing it started outlives it.
  afterEach(async () => {
    for (const { child } of children) child.kill('SIGKILL');
    await Promise.all(children.splice(0).map(({ exited }) => exited));
  });
  after(() => world.remove());

  const create = (role: Role, name: string = role) => test.platform.tokens.create({ name, role, expiresAt: null });
  const tokenOf = async (workerId: string): Promise<string | null> => (await test.sql<{ token_id: string | null }>('SELECT token_id FROM worker WHERE id = $1', [workerId]))[0]?.token_id ?? null;

  it('asks workers for nothing while it asks people for nothing', async () => {
    const { workerId } = await registerWorker(test.platform);
    assert.equal(await tokenOf(workerId), null);
  });

  it('asks for a worker or admin token once people need one, and notes which it was', async () => {
    const admin = await create('admin');
    const [member, worker] = [await create('member'), await create('worker')];
    await assert.rejects(registerWorker(test.platform), isUnauthorized(/Set EYEGAZER_TOKEN to a worker token: eyegazer tokens create <name> --role worker/));
    await assert.rejects(registerWorker(test.platform, { token: `eyg_${'x'.repeat(43)}` }), isUnauthorized(/not one of this server's/));
    await assert.rejects(registerWorker(test.platform, { token: member.secret }), isUnauthorized(/"member" has the role member; a worker needs one with the role worker/));
    for (const { secret, token } of [admin, worker]) {
      const { workerId } = await registerWorker(test.platform, { token: secret });
      assert.equal(await tokenOf(workerId), token.id);
    }
  });

  it('refuses a worker whose token was revoked or has expired, when it registers and when it beats', async () => {
    await create('admin');
    for (const [change, word] of [['revoked_at', 'was revoked'], ['expires_at', 'has expired']] as const) {
      const { secret, token } = await create('worker', `rig ${change}`);
      const worker = await registerWorker(test.platform, { token: secret });
      const beat = () => test.platform.workers.heartbeat({ ...worker, devices: [], runningAttemptIds: [] });
      await beat();
      await test.sql(`UPDATE access_token SET ${change} = now() WHERE id = $1`, [token.id]);
      await assert.rejects(beat(), isUnauthorized(new RegExp(`"rig ${change}" of this worker ${word}`)));
      await assert.rejects(registerWorker(test.platform, { token: secret }), isUnauthorized(/has expired or was revoked/));
    }
  });

  it('queues the experiments of a refused worker again once it has gone', async () => {
    await create('admin');
    const { secret, token } = await create('worker');
    const worker = await registerWorker(test.platform, { token: secret });
    const id = await submit(test.platform, await seed(test.platform));
    await startAttempt(test, id);
    await test.platform.tokens.revoke(token.id);
    await assert.rejects(test.platform.workers.heartbeat({ ...worker, devices: [], runningAttemptIds: [] }), isUnauthorized(/revoked/));
    await test.platform.workers.markStopped(worker);
    assert.equal((await test.platform.experiments.get(id)).state, 'queued');
  });

  /** The worker's process, with what it wrote. */
  function start(token?: string) {
    const child = fork(entry, [], {
      env: { PATH: process.env['PATH'], DATABASE_URL: test.url, REDIS_URL: test.redisUrl ?? '', EYEGAZER_HOME: world.home, ...storeVariables(world.storeAddress.settings), EYEGAZER_THREADS: '1', LOG_LEVEL: 'info', ...(token === undefined ? {} : { EYEGAZER_TOKEN: token }) },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const exited = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
    children.push({ child, exited });
    return { output: () => output, exited };
  }

  it('ends at once, saying how to go on, without the token that is asked for', async () => {
    await create('admin');
    const worker = start();
    assert.equal(await worker.exited, 77);
    assert.match(worker.output(), /The worker could not start: .*Set EYEGAZER_TOKEN to a worker token: eyegazer tokens create <name> --role worker/);
  });

  it('ends its training when its token is revoked, says why, and the experiment waits for another worker', async () => {
    const { datasets, models, placer, experiments, tokens } = test.platform;
    await datasets.finish((await datasets.create(datasetRequest('fundus'))).id, world.dataset);
    const { hiddenSize, numHiddenLayers, numAttentionHeads, imageSize, patchSize } = tinyViT;
    const { id: modelId } = await models.create({ name: 'tiny-vit', source: '/m', request: null, modelType: 'vit', parameterCount: 1, byteLength: 1, files: world.modelFiles, hiddenSize, numHiddenLayers, numAttentionHeads, imageSize, patchSize });
    const { versionId: datasetVersionId } = await datasets.resolveVersion('fundus');
    const config = tinyConfig({ training: { epochs: 5000 } });
    const task = resolveTask(config.task, 5);
    const { perEpoch, total } = plannedUpdates({ samples: 60, effectiveBatch: 16, epochs: 5000 });
    const plan = { trainSamples: 60, evalSamples: 20, updatesPerEpoch: perEpoch, updates: total, trainableParameters: 1, classNames: world.dataset.version.classNames, numOutputs: numOutputsOf(task, 5) };
    const { id } = await experiments.create({ name: 'tiny', config, task, plan, warnings: [], datasetVersionId, modelId });

    await create('admin');
    const { secret, token } = await create('worker', 'the rig');
    const worker = start(secret);
    placer.start();
    const begun = await until(async () => {
      const { state, error } = await experiments.get(id);
      return !['queued', 'placed'].includes(state) && { state, error };
    }, 50_000);
    assert.deepEqual(begun, { state: 'running', error: null });
    await tokens.revoke(token.id);
    assert.equal(await worker.exited, 77, worker.output());
    assert.match(worker.output(), /The worker ends: The token \\"the rig\\" of this worker was revoked\. Set EYEGAZER_TOKEN/);
    assert.ok(!worker.output().includes(secret.slice(8)));
    const experiment = await experiments.get(id);
    assert.deepEqual([experiment.state, experiment.attempts[0]?.state], ['queued', 'lost']);
  });
});
