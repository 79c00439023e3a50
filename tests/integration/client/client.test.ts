/** The client against a real API that asks for tokens. */
import assert from 'node:assert/strict';
import { AppError, type ExperimentEvent } from '@eyegazer/core';
import { createApiClient, createEventStream, listAll, type ApiClient, type ConnectionState, type EventStream, type FollowStatus } from '@eyegazer/client';
import { endAll, logEvent, registerWorker, seed, startAttempt, submit } from '../../fixtures/platform.js';
import { until } from '../../until.js';
import { prepareInputs, useApi, type TestApi } from '../api/api-world.js';
import { bearer, useTokenApi } from '../api/token-world.js';

describe('client', function () {
  this.timeout(30_000);
  const { api, tokens } = useTokenApi();
  const empty = useApi();
  /** A run that is under way, on a worker that has nothing else. */
  const run = async () => {
    await endAll(api);
    await registerWorker(api.platform, { token: tokens.worker });
    return startAttempt(api, await submit(api.platform, await seed(api.platform)));
  };
  const clientOf = (token?: string): ApiClient => createApiClient({ baseUrl: api.url, token });

  /** The same API for helpers that send no token of their own. */
  function asAdmin(): TestApi {
    const authorization = bearer(tokens.admin);
    return Object.create(api, { get: { value: (path: string) => api.get(path, authorization) }, post: { value: (path: string, body?: unknown) => api.post(path, body, authorization) } }) as TestApi;
  }

  it('is told how to get in when it has no token, and what it lacks when its token may less', async () => {
    await assert.rejects(clientOf().listWorkers(), (error) => error instanceof AppError && error.code === 'UNAUTHORIZED' && !error.retryable && /[Tt]oken/.test(error.message));
    await assert.rejects(clientOf(tokens.viewer).startDemo(), (error) => error instanceof AppError && error.code === 'FORBIDDEN' && error.details?.['needed'] === 'member');
    assert.equal((await clientOf().getHealth()).status, 'ok');
  });

  it('says who it is, makes a token, uses it until it is revoked, and finds both in the audit log', async () => {
    const admin = clientOf(tokens.admin);
    assert.equal((await admin.getSession()).actor.role, 'admin');
    const { secret, token } = await admin.createToken({ name: 'passing', role: 'viewer' });
    const passing = clientOf(secret);
    assert.deepEqual((await passing.getSession()).actor, { tokenId: token.id, name: 'passing', role: 'viewer' });
    assert.equal((await passing.createSession({ token: secret })).actor.name, 'passing');
    await admin.revokeToken(token.id);
    await assert.rejects(passing.getSession(), { code: 'UNAUTHORIZED' });
    assert.equal((await admin.listTokens({ limit: 200 })).items.find(({ id }) => id === token.id)?.state, 'revoked');
    const deeds = await until(async () => {
      const { items } = await admin.listAudit({ limit: 50 });
      return items.some(({ operation }) => operation === 'revokeToken') && items;
    });
    assert.ok(deeds.some(({ operation, actor }) => operation === 'createToken' && actor.role === 'admin'));
  });

  it('walks through every page, and throws away and takes back', async () => {
    const member = clientOf(tokens.member);
    const given = await seed(api.platform);
    const ids = [];
    for (const name of ['a', 'b', 'c']) ids.push(await submit(api.platform, given, { name, config: { tags: ['paged'] } }));
    const names: string[] = [];
    for await (const { name } of listAll((cursor) => member.listExperiments({ tag: 'paged' }, { limit: 1, cursor }))) names.push(name);
    assert.deepEqual(names.sort(), ['a', 'b', 'c']);

    const [id = ''] = ids;
    await assert.rejects(member.deleteExperiment(id), { code: 'ILLEGAL_TRANSITION' });
    assert.equal((await member.cancelExperiment(id)).state, 'cancelled');
    await member.deleteExperiment(id);
    assert.deepEqual((await member.listExperiments({ deleted: true })).items.map((experiment) => experiment.id), [id]);
    assert.equal((await member.restoreExperiment(id)).deletedAt, null);
    assert.deepEqual((await member.listExperiments({ deleted: true })).items, []);
  });

  it('submits once under one idempotency key', async () => {
    const member = clientOf(tokens.member);
    await prepareInputs(asAdmin());
    const config = { dataset: 'eyes', model: { base: 'nano' } };
    assert.equal((await member.planExperiment(config)).id, null);
    const first = await member.submitExperiment(config, { idempotencyKey: 'k1' });
    const again = await member.submitExperiment(config, { idempotencyKey: 'k1' });
    assert.ok(first.id !== null);
    assert.equal(again.id, first.id);
    await assert.rejects(member.submitExperiment({ ...config, epochs: 1 }), { code: 'BAD_CONFIG', path: 'epochs' });
  });

  it('streams an artifact, whole, from where a download stopped, and past its end', async () => {
    const viewer = clientOf(tokens.viewer);
    const content = 'weights '.repeat(100_000);
    const { experimentId: id, attemptId, attempt } = await run();
    const at = new Date().toISOString();
    const events = await Promise.all(['adapter/my weights.bin', 'SHA256SUMS'].map(async (name, counter) => ({ counter, at, type: 'artifact' as const, data: { name, ...(await api.store.put(Buffer.from(content))) } })));
    await api.platform.events.append({ experimentId: id, attempt, events });
    await api.platform.attempts.end(attemptId, { kind: 'succeeded' });

    assert.deepEqual((await viewer.listArtifacts(id)).map(({ name }) => name).sort(), ['SHA256SUMS', 'adapter/my weights.bin']);
    const whole = await viewer.openArtifact(id, 'adapter/my weights.bin');
    assert.equal(await whole.text(), content);
    const rest = await viewer.openArtifact(id, 'adapter/my weights.bin', { range: { start: content.length - 8 } });
    assert.deepEqual([rest.status, await rest.text()], [206, 'weights ']);
    const part = await viewer.openArtifact(id, 'adapter/my weights.bin', { range: { start: 0, end: 6 } });
    assert.equal(await part.text(), 'weights');
    await assert.rejects(viewer.openArtifact(id, 'adapter/my weights.bin', { range: { start: content.length } }), { code: 'BAD_REQUEST', path: 'Range' });
    await assert.rejects(viewer.openArtifact(id, 'gone'), { code: 'NOT_FOUND' });
    const zip = Buffer.from(await (await viewer.openBundle(id)).arrayBuffer());
    assert.equal(zip.subarray(0, 2).toString(), 'PK');

    const giveUp = new AbortController();
    const cut = await viewer.openArtifact(id, 'adapter/my weights.bin', { signal: giveUp.signal });
    giveUp.abort();
    await assert.rejects(cut.text(), { name: 'AbortError' });
  });

  it('streams a backup into an empty server', async () => {
    const admin = clientOf(tokens.admin);
    const { body } = await admin.openBackup();
    assert.ok(body);
    const { rows, artifacts } = await createApiClient({ baseUrl: empty.url }).restoreBackup(body);
    assert.ok(rows > 0 && artifacts > 0);
    const there = createApiClient({ baseUrl: empty.url, token: tokens.admin });
    assert.deepEqual((await there.listModels()).items, (await admin.listModels()).items);
    assert.equal((await there.getQueue()).running, 0);
  });

  describe('event stream', () => {
    const streams: EventStream[] = [];
    afterEach(() => streams.splice(0).forEach((stream) => stream.close()));

    function watch(token: string | undefined, experimentId: string) {
      const seen: { events: ExperimentEvent[]; statuses: FollowStatus[]; states: ConnectionState[] } = { events: [], statuses: [], states: [] };
      const client = clientOf(token);
      const stream = createEventStream({ baseUrl: api.url, token, fetchEvents: (id, after) => client.listEvents(id, { after }) });
      streams.push(stream);
      stream.onConnection((state) => seen.states.push(state));
      stream.watchExperiment({ experimentId, after: 0, onEvents: (events) => seen.events.push(...events), onStatus: (status) => seen.statuses.push(status) });
      return { seen, stream };
    }
    it('hears everything with a token', async () => {
      const { experimentId, attempt } = await run();
      const { seen } = watch(tokens.viewer, experimentId);
      await until(() => seen.statuses.at(-1)?.phase === 'live');
      const { lastSeq } = await api.platform.events.append({ experimentId, attempt, events: [logEvent(0, 'heard')] });
      await until(() => seen.events.at(-1)?.seq === lastSeq);
      assert.deepEqual(seen.events.map(({ seq }) => seq), Array.from({ length: lastSeq }, (_, i) => i + 1));
    });

    it('says that it is refused, to what is watched already and to what comes later, and tries no more', async () => {
      for (const token of [undefined, 'eyg_nobody', tokens.worker]) {
        const { seen, stream } = watch(token, 'any');
        const code = token === tokens.worker ? 'FORBIDDEN' : 'UNAUTHORIZED';
        await until(() => stream.connection() === 'refused');
        const [last] = seen.statuses.slice(-1);
        assert.ok(last?.phase === 'failed' && last.error.code === code && last.error.message.length > 20, JSON.stringify(last));
        const later: FollowStatus[] = [];
        stream.watchExperiment({ experimentId: 'another', after: 0, onEvents: () => undefined, onStatus: (status) => later.push(status) });
        assert.deepEqual(later.map((status) => status.phase === 'failed' && status.error.code), [code]);
        assert.deepEqual(seen.states, ['refused']);
      }
    });

    it('is refused when its token is revoked while it listens', async () => {
      const { experimentId } = await run();
      const { secret, token } = await clientOf(tokens.admin).createToken({ name: 'short', role: 'viewer' });
      const { seen, stream } = watch(secret, experimentId);
      await until(() => seen.statuses.at(-1)?.phase === 'live');
      await clientOf(tokens.admin).revokeToken(token.id);
      await until(() => stream.connection() === 'refused');
      assert.equal(seen.statuses.at(-1)?.phase, 'failed');
    });
  });
});

describe('client of a busy server', () => {
  const { api, tokens } = useTokenApi({ doors: { limits: { requestsPerMinute: 3 } } });

  it('says when asking again makes sense', async () => {
    const client = createApiClient({ baseUrl: api.url, token: tokens.viewer });
    for (let i = 0; i < 3; i++) await client.listWorkers();
    await assert.rejects(client.listWorkers(), (error) => {
      assert.ok(error instanceof AppError && error.code === 'TOO_MANY_REQUESTS' && error.retryable);
      const seconds = error.details?.['retryAfterSeconds'];
      return typeof seconds === 'number' && seconds > 0 && seconds <= 60;
    });
  });
});
