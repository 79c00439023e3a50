import assert from 'node:assert/strict';
import { AppError } from '@eyegazer/core';
import { createApiClient } from '@eyegazer/client';

interface Seen {
  url: string;
  method: string;
  body: unknown;
}

/** A client whose server is a function; gives what was asked too. */
function clientOf(answer: (seen: Seen) => Response | Promise<Response>) {
  const seen: Seen[] = [];
  const client = createApiClient({
    baseUrl: 'http://api.test',
    timeoutMs: 50,
    fetch: async (input, init) => {
      const request = { url: String(input), method: init?.method ?? 'GET', body: init?.body === undefined ? undefined : (JSON.parse(String(init.body)) as unknown) };
      seen.push(request);
      return answer(request);
    },
  });
  return { client, seen };
}
const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status });

describe('API client', () => {
  it('asks for a page with only the filters that are set', async () => {
    const { client, seen } = clientOf(() => json({ items: [], nextCursor: null }));
    const page = await client.listExperiments({ state: 'running', text: '', tag: undefined, sort: 'qwk' }, { limit: 20, cursor: 'a/b' });
    assert.deepEqual(page, { items: [], nextCursor: null });
    assert.equal(seen[0]?.url, 'http://api.test/api/experiments?state=running&sort=qwk&limit=20&cursor=a%2Fb');
  });

  it('names an image as it was in a version, or as it is now', () => {
    const { client } = clientOf(() => json(null));
    assert.equal(client.sampleImageUrl('d1', 'left eye', { size: 640, version: 2 }), 'http://api.test/api/datasets/d1/samples/left%20eye/image?size=640&version=2');
    assert.equal(client.sampleImageUrl('d1', 'a', { size: 160 }), 'http://api.test/api/datasets/d1/samples/a/image?size=160');
  });

  it('rebuilds the error that the server threw, with its path and request id', async () => {
    const { client } = clientOf(() =>
      json({ error: { code: 'BAD_CONFIG', message: 'adapter.r: expected a number >= 1, got 0', path: 'adapter.r', details: { issues: [] }, requestId: 'r-1' } }, 400),
    );
    await assert.rejects(client.submitExperiment({ dataset: 'aptos', adapter: { r: 0 } }), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'BAD_CONFIG');
      assert.equal(error.path, 'adapter.r');
      assert.deepEqual(error.details, { issues: [], requestId: 'r-1' });
      return true;
    });
  });

  it('asks for a plan with dryRun=true and submits without it', async () => {
    const { client, seen } = clientOf(() => json({ error: { code: 'NOT_FOUND', message: 'no', requestId: 'r' } }, 404));
    await assert.rejects(client.planExperiment({ dataset: 'x' }));
    await assert.rejects(client.submitExperiment({ dataset: 'x' }));
    assert.deepEqual(
      seen.map(({ url, method, body }) => ({ url, method, body })),
      [
        { url: 'http://api.test/api/experiments?dryRun=true', method: 'POST', body: { dataset: 'x' } },
        { url: 'http://api.test/api/experiments', method: 'POST', body: { dataset: 'x' } },
      ],
    );
  });

  it('names what does not fit in an answer', async () => {
    const { client } = clientOf(() => json({ attempt: 1, upTo: 2, series: { loss: [{ from: 0, to: 0, min: 1, max: 1 }] } }));
    await assert.rejects(client.getSeries('e1'), (error) => error instanceof AppError && error.code === 'INTERNAL' && error.path === 'series.loss[0].last');
  });

  it('says so when an answer is not ours', async () => {
    const { client } = clientOf(() => new Response('<html>proxy</html>', { status: 502 }));
    await assert.rejects(client.listWorkers(), (error) => error instanceof AppError && error.code === 'UNAVAILABLE' && error.message.includes('502'));
    const page = clientOf(() => new Response('<html>hello</html>'));
    await assert.rejects(page.client.listWorkers(), (error) => error instanceof AppError && error.code === 'INTERNAL' && error.message.includes('not JSON'));
  });

  it('fails as UNAVAILABLE when the server is out of reach or too slow', async () => {
    const gone = clientOf(() => Promise.reject(new TypeError('fetch failed')));
    await assert.rejects(gone.client.listModels(), (error) => error instanceof AppError && error.code === 'UNAVAILABLE' && error.message.includes('could not be reached'));
    const slow = createApiClient({
      timeoutMs: 5,
      fetch: (_input, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))),
    });
    await assert.rejects(slow.listModels(), (error) => error instanceof AppError && error.message.includes('within 0.005 s'));
  });

  it('waits longer for what may copy the weights of a model', async () => {
    const late = (): Promise<Response> => new Promise((resolve) => setTimeout(() => resolve(json({ error: { code: 'CONFLICT', message: 'late', requestId: 'r' } }, 409)), 80));
    const { client } = clientOf(late);
    await assert.rejects(client.createModel({ source: { kind: 'path', uri: '/m' } }), { code: 'CONFLICT' });
    await assert.rejects(client.submitExperiment({}), { code: 'CONFLICT' });
  });

  it("gives the caller's own reason when the caller aborts", async () => {
    const controller = new AbortController();
    const client = createApiClient({
      fetch: (_input, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))),
    });
    const asked = client.getExperiment('e1', { signal: controller.signal });
    controller.abort(new Error('page left'));
    await assert.rejects(asked, /page left/);
  });

  it('joins names and event types by commas, and leaves out what is not set', async () => {
    const { client, seen } = clientOf(() => json({ items: [], lastSeq: 0 }));
    await client.listEvents('e', { after: 3, types: ['state', 'log'] });
    await client.listEvents('e', { after: 0, limit: 5 });
    await assert.rejects(client.getSeries('e', { names: ['loss', 'gradNorm'] }));
    assert.deepEqual(
      seen.map(({ url }) => url.replace('http://api.test/api/experiments/e/', '')),
      ['events?after=3&types=state%2Clog', 'events?after=0&limit=5', 'metrics?names=loss%2CgradNorm'],
    );
  });

  it('escapes ids and artifact names in paths', () => {
    const { client } = clientOf(() => json(null));
    assert.equal(client.bundleUrl('a b'), 'http://api.test/api/experiments/a%20b/bundle.zip');
    assert.equal(client.artifactUrl('e', 'adapter/x?.json'), 'http://api.test/api/experiments/e/artifacts/adapter/x%3F.json');
  });

  it('takes an empty answer of an action as done', async () => {
    const { client, seen } = clientOf(() => new Response(null, { status: 204 }));
    await client.deleteDataset('d1');
    assert.deepEqual([seen[0]?.method, seen[0]?.url], ['DELETE', 'http://api.test/api/datasets/d1']);
  });

  it('refuses an id that would make another path of the request, before anything is sent', async () => {
    const { client, seen } = clientOf(() => json(null));
    for (const id of ['', '.', '..']) {
      await assert.rejects(client.cancelExperiment(id), { code: 'BAD_REQUEST', path: 'id' });
      await assert.rejects(client.deleteDataset(id), { code: 'BAD_REQUEST', path: 'id' });
    }
    await assert.rejects(client.openArtifact('e', 'adapter/../../../tokens'), { code: 'BAD_REQUEST', path: 'name' });
    assert.deepEqual(seen, []);
  });

  it('says when asking again makes sense, whoever answered 429', async () => {
    const headers = { 'retry-after': '7' };
    const ours = clientOf(() => new Response(JSON.stringify({ error: { code: 'TOO_MANY_REQUESTS', message: 'slow down', requestId: 'r' } }), { status: 429, headers }));
    const proxy = clientOf(() => new Response('slow down', { status: 429, headers }));
    for (const { client } of [ours, proxy]) {
      await assert.rejects(client.getQueue(), (error) => error instanceof AppError && error.code === 'TOO_MANY_REQUESTS' && error.retryable && error.details?.['retryAfterSeconds'] === 7);
    }
  });

  it('takes a 401 for a token that is missing, whoever answered it', async () => {
    const { client } = clientOf(() => new Response('<html>log in</html>', { status: 401 }));
    await assert.rejects(client.listWorkers(), { code: 'UNAUTHORIZED' });
  });

  it('answers what is not ready, and throws when it is not our server that says so', async () => {
    const checks = { database: { ok: false, required: true, message: 'gone' } };
    const { client } = clientOf(() => json({ ready: false, checks }, 503));
    assert.deepEqual(await client.getReady(), { ready: false, checks });
    await assert.rejects(clientOf(() => json({ status: 'maintenance' }, 503)).client.getReady(), { code: 'UNAVAILABLE' });
  });

  it('sends the token with every request, and nothing where there is none', async () => {
    const sent: (string | null)[] = [];
    const fetch: typeof globalThis.fetch = async (_input, init) => {
      sent.push(new Headers(init?.headers).get('authorization'));
      return new Response(null, { status: 204 });
    };
    await createApiClient({ token: 'eyg_x', fetch }).endSession();
    await createApiClient({ fetch }).endSession();
    assert.deepEqual(sent, ['Bearer eyg_x', null]);
  });
});
