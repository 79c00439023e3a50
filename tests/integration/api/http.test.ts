import assert from 'node:assert/strict';
import { request } from 'node:http';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mock } from 'node:test';
import type { ErrorAnswer, ReadyAnswer } from '@eyegazer/core';
import { assertError, useApi } from './api-world.js';

describe('API: HTTP', () => {
  const api = useApi();

  it('lives', async () => {
    const { status, body } = await api.get<{ status: string; pid: number }>('/api/health');
    assert.equal(status, 200);
    assert.equal(body.status, 'ok');
    assert.equal(body.pid, process.pid);
  });

  it('is ready, and names each dependency', async () => {
    const { status, body } = await api.get<ReadyAnswer>('/api/ready');
    assert.equal(status, 200);
    assert.equal(body.ready, true);
    assert.deepEqual(
      Object.entries(body.checks).filter(([, { required }]) => required).map(([name, { ok }]) => [name, ok]),
      [['process', true], ['database', true], ['migrations', true], ['queue', true], ['store', true]],
    );
  });

  it('answers an unknown route 404 and a wrong method 405 with what is allowed', async () => {
    assertError(await api.get('/api/nothing'), { status: 404, code: 'NOT_FOUND', message: /There is no GET \/api\/nothing/ });
    const wrong = await api.remove('/api/datasets');
    assertError(wrong, { status: 405, code: 'METHOD_NOT_ALLOWED', message: /Expected POST or GET on this path, got DELETE/ });
    assert.equal(wrong.headers.get('allow'), 'POST, GET');
    assertError(await api.post('/elsewhere', {}), { status: 405, code: 'METHOD_NOT_ALLOWED' });
  });

  it('answers what is not JSON, or not said to be, 400', async () => {
    const send = async (body: string, type: string) => {
      const response = await fetch(`${api.url}/api/datasets`, { method: 'POST', headers: { 'content-type': type }, body });
      return { status: response.status, headers: response.headers, body: await response.json() };
    };
    assertError(await send('{"name": ', 'application/json'), { status: 400, code: 'BAD_REQUEST', message: /Expected a JSON body/ });
    assertError(await send('{}', 'text/plain'), { status: 400, code: 'BAD_REQUEST', message: /Expected Content-Type application\/json, got text\/plain/ });
    assertError(await send('name=x', 'application/x-www-form-urlencoded'), { status: 400, code: 'BAD_REQUEST' });
    assertError(await send('{"name":"a\\u0000b"}', 'application/json'), { status: 400, code: 'BAD_REQUEST', message: /NUL/ });
    assertError(await send('{"name":"a\\ud800b"}', 'application/json'), { status: 400, code: 'BAD_REQUEST', message: /lone surrogates/ });
  });

  it('answers a body of more than 1 MB 413', async () => {
    assertError(await api.post('/api/experiments', { dataset: 'x'.repeat(1_100_000) }), { status: 413, code: 'TOO_LARGE', message: /at most 1 MB/ });
  });

  it('refuses unknown keys of body and query with their path', async () => {
    assertError(await api.post('/api/datasets', { name: 'a', source: { kind: 'path', uri: '/x' }, labels: 1 }), { status: 400, code: 'BAD_REQUEST', path: 'labels' });
    assertError(await api.get('/api/datasets?page=2'), { status: 400, code: 'BAD_REQUEST', path: 'page' });
    assertError(await api.get('/api/datasets?limit=0'), { status: 400, code: 'BAD_REQUEST', path: 'limit' });
    assertError(await api.get('/api/health?x=1'), { status: 400, code: 'BAD_REQUEST', path: 'x' });
    assertError(await api.get('/api/datasets?cursor=nonsense'), { status: 400, code: 'BAD_REQUEST' });
  });

  it('refuses numbers and cursors that the database could not take', async () => {
    const nul = Buffer.from(JSON.stringify(['datasets', '2026-01-01T00:00:00.000Z', 'a\0b'])).toString('base64url');
    assertError(await api.get(`/api/datasets?cursor=${nul}`), { status: 400, code: 'BAD_REQUEST', path: 'cursor' });
    for (const time of ['-271821-04-20T00:00:00.000Z', '0000-01-01T00:00:00.000Z', '+275760-09-13T00:00:00.000Z']) {
      for (const [path, list] of [['datasets', 'datasets'], ['models', 'models'], ['tokens', 'tokens'], ['experiments', 'experiments by newest']]) {
        const cursor = Buffer.from(JSON.stringify([list, time, 'a'])).toString('base64url');
        assertError(await api.get(`/api/${path}?cursor=${cursor}`), { status: 400, code: 'BAD_REQUEST', path: 'cursor' });
      }
    }
    assertError(await api.get('/api/experiments/x/events?after=3000000000'), { status: 400, code: 'BAD_REQUEST', path: 'after' });
    assertError(await api.get('/api/experiments/x/metrics?from=3000000000'), { status: 400, code: 'BAD_REQUEST', path: 'from' });
  });

  it('answers ids that mean nothing 404, whatever they look like', async () => {
    for (const id of ['1', '00000000-0000-0000-0000-000000000000', '..%2f..%2fetc', "'%3b--", 'a'.repeat(500)]) {
      assertError(await api.get(`/api/datasets/${id}`), { status: 404, code: 'NOT_FOUND' });
      assertError(await api.get(`/api/experiments/${id}`), { status: 404, code: 'NOT_FOUND' });
      for (const part of ['metrics', 'events', 'artifacts', 'artifacts/x', 'bundle.zip']) {
        assertError(await api.get(`/api/experiments/${id}/${part}`), { status: 404, code: 'NOT_FOUND' });
      }
      assertError(await api.post(`/api/experiments/${id}/cancel`), { status: 404, code: 'NOT_FOUND' });
      assertError(await api.post(`/api/experiments/${id}/retry`), { status: 404, code: 'NOT_FOUND' });
      assertError(await api.remove(`/api/models/${id}`), { status: 404, code: 'NOT_FOUND' });
      assertError(await api.remove(`/api/datasets/${id}`), { status: 404, code: 'NOT_FOUND' });
    }
    assertError(await api.get('/api/datasets/a%00b'), { status: 400, code: 'BAD_REQUEST' });
    assertError(await api.get('/api/datasets/%E0%A4%A'), { status: 400, code: 'BAD_REQUEST' });
  });

  it('sets headers that keep other pages out, and none that let them in', async () => {
    const { headers } = await api.get('/api/health');
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'self'/);
    assert.doesNotMatch(headers.get('content-security-policy') ?? '', /upgrade-insecure-requests/);
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('strict-transport-security'), null);
    assert.equal(headers.get('access-control-allow-origin'), null);
    assert.equal(headers.get('x-powered-by'), null);
    assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('says so when the dashboard is not built, and serves it once it is', async () => {
    const missing = await api.get<string>('/');
    assert.equal(missing.status, 503);
    assert.match(missing.body, /npm run build/);
    const web = join(api.folder, 'web');
    await writeFile(join(web, 'index.html'), '<!doctype html><title>Dashboard</title>');
    await writeFile(join(web, 'assets', 'main-abc123.js'), 'export {};');
    try {
      for (const path of ['/', '/experiments/some-id', '/index.html']) {
        const page = await api.get<string>(path);
        assert.equal(page.status, 200, path);
        assert.match(page.body, /Dashboard/);
        assert.equal(page.headers.get('cache-control'), 'no-cache');
      }
      const asset = await api.get('/assets/main-abc123.js');
      assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable');
      assertError(await api.get('/assets/gone.js'), { status: 404, code: 'NOT_FOUND' });
      const traversal = await getRaw(api.url, '/assets/..%2f..%2f..%2fetc/passwd');
      assert.doesNotMatch(traversal.body, /root:/);
    } finally {
      await rm(join(web, 'index.html'));
    }
  });

  it('keeps the words of faults of its own out of the answer', async () => {
    const list = mock.method(api.platform.workers, 'list', () => Promise.reject(new Error('password=secret')));
    try {
      const reply = await api.get<ErrorAnswer>('/api/workers');
      assertError(reply, { status: 500, code: 'INTERNAL' });
      assert.doesNotMatch(JSON.stringify(reply.body), /secret/);
    } finally {
      list.mock.restore();
    }
    assert.deepEqual((await api.get('/api/workers')).body, { items: [] });
  });
});

function getRaw(url: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}
