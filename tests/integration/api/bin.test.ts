import assert from 'node:assert/strict';
import type { ExperimentDetail, ExperimentSummary, Page } from '@eyegazer/core';
import { registerWorker, seed, startAttempt, submit } from '../../fixtures/platform.js';
import { assertError, useApi } from './api-world.js';

describe('API: the bin', function () {
  this.timeout(30_000);
  const api = useApi();
  let path = '';
  const names = async (query: string): Promise<string[]> => (await api.get<Page<ExperimentSummary>>(`/api/experiments${query}`)).body.items.map(({ name }) => name);

  before(async () => {
    const from = await seed(api.platform);
    const id = await submit(api.platform, from, { name: 'thrown' });
    await registerWorker(api.platform);
    const { attemptId, attempt } = await startAttempt(api, id);
    const artifact = { name: 'README.md', ...(await api.store.put(Buffer.from('# hello'))) };
    await api.platform.events.append({ experimentId: id, attempt, events: [{ counter: 1, at: new Date().toISOString(), type: 'artifact', data: artifact }] });
    await api.platform.attempts.end(attemptId, { kind: 'failed', error: { code: 'TRAINER_DIED', message: 'killed' } });
    path = `/api/experiments/${id}`;
    await submit(api.platform, from, { name: 'waiting' });
  });

  it('takes an experiment, again without a word, and shows it in its own list only', async () => {
    for (let i = 0; i < 2; i++) assert.equal((await api.remove(path)).status, 204);
    assert.deepEqual([await names(''), await names('?deleted=false'), await names('?deleted=true')], [['waiting'], ['waiting'], ['thrown']]);
    assertError(await api.get('/api/experiments?deleted=yes'), { status: 400, code: 'BAD_REQUEST', path: 'deleted' });
  });

  it('still answers all there is about it', async () => {
    const { body } = await api.get<ExperimentDetail>(path);
    assert.deepEqual([body.state, typeof body.deletedAt], ['failed', 'string']);
    assert.equal((await api.get(`${path}/events`)).status, 200);
    assert.equal((await api.get<string>(`${path}/artifacts/README.md`)).body, '# hello');
  });

  it('refuses to retry it, and gives it back', async () => {
    assertError(await api.post(`${path}/retry`), { status: 409, code: 'ILLEGAL_TRANSITION', message: /in the bin. Restore it first/ });
    const { status, body } = await api.post<ExperimentDetail>(`${path}/restore`);
    assert.deepEqual([status, body.deletedAt], [200, null]);
    assert.deepEqual([await names(''), await names('?deleted=true')], [['waiting', 'thrown'], []]);
    assert.equal((await api.post<ExperimentDetail>(`${path}/retry`)).body.state, 'queued');
  });

  it('refuses what waits, and what never was', async () => {
    assertError(await api.remove(path), { status: 409, code: 'ILLEGAL_TRANSITION', message: /queued.*Cancel it first/ });
    assertError(await api.remove('/api/experiments/nobody'), { status: 404, code: 'NOT_FOUND' });
    assertError(await api.post('/api/experiments/nobody/restore'), { status: 404, code: 'NOT_FOUND' });
  });
});
