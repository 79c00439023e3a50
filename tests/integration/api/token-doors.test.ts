import assert from 'node:assert/strict';
import { isAllowed, operations, roles, type ErrorAnswer, type OperationId, type SessionAnswer } from '@eyegazer/core';
import { assertError } from './api-world.js';
import { bearer, requestOf, useTokenApi } from './token-world.js';

const ids = Object.keys(operations) as OperationId[];
const elsewhere = ['/metrics', '/api', '/api/', '/api/nothing', '/api/docs', '/api/openapi.json', '/api/docs/swagger-ui.css'];

describe('API: access tokens', () => {
  const { api, tokens } = useTokenApi();

  it('answers nobody anything but health', async () => {
    for (const id of ids) {
      const { path, method } = requestOf(id);
      const reply = await api.ask(path, { method });
      if (id === 'getHealth') {
        assert.equal(reply.status, 200);
        continue;
      }
      assertError(reply, { status: 401, code: 'UNAUTHORIZED' });
      assert.equal(reply.headers.get('www-authenticate'), 'Bearer', id);
    }
  });

  it('answers nobody on paths that are no operation, and by no other method', async () => {
    for (const path of elsewhere) assert.equal((await api.get(path)).status, 401, path);
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) assert.equal((await api.ask('/api/datasets', { method })).status, 401, method);
    assert.equal((await api.ask('/api/health', { method: 'PUT' })).status, 401);
    assert.equal((await fetch(`${api.url}/api/workers`, { method: 'HEAD' })).status, 401);
  });

  it('says how to get in', async () => {
    assertError(await api.get('/api/workers'), { status: 401, code: 'UNAUTHORIZED', message: /asks for an access token\. Send "Authorization: Bearer <token>".*eyegazer login.*eyegazer tokens create/ });
  });

  it('does not read what nobody sends', async () => {
    const headers = { 'content-type': 'application/json' };
    assertError(await api.ask('/api/datasets', { method: 'POST', headers, body: '{"not json' }), { status: 401, code: 'UNAUTHORIZED' });
    assertError(await api.ask('/api/experiments', { method: 'POST', headers, body: 'x'.repeat(2_000_000) }), { status: 401, code: 'UNAUTHORIZED' });
  });

  it('gives everybody the pages: the one to log in with is among them', async () => {
    for (const path of ['/', '/login', '/assets/nothing.js']) assert.notEqual((await api.get(path)).status, 401, path);
  });

  for (const role of roles) {
    it(`lets a ${role} do what a ${role} may, and names the role for the rest`, async () => {
      for (const id of ids) {
        const needed = operations[id].role;
        // It does what it says, for whoever may ask.
        if (id === 'startDemo' && isAllowed(role, needed)) continue;
        const { path, method } = requestOf(id);
        const reply = await api.ask(path, { method, headers: bearer(tokens[role]) });
        if (needed === 'none') continue;
        if (isAllowed(role, needed)) assert.ok(reply.status !== 401 && reply.status !== 403, `${id} answers a ${role} ${reply.status}`);
        else assertError(reply, { status: 403, code: 'FORBIDDEN', message: new RegExp(`the role ${needed} or above, got "${role}" with the role ${role}`) });
      }
    });
  }

  it('lets a worker ask who it is, over HTTP, and nothing else', async () => {
    const { body } = await api.get<SessionAnswer>('/api/session', bearer(tokens.worker));
    assert.deepEqual([body.open, body.actor.name, body.actor.role], [false, 'worker', 'worker']);
    for (const path of elsewhere) assert.equal((await api.get(path, bearer(tokens.worker))).status, 403, path);
    for (const id of ids.filter((id) => !['none', 'session'].includes(operations[id].role))) {
      const { path, method } = requestOf(id);
      assert.equal((await api.ask(path, { method, headers: bearer(tokens.worker) })).status, 403, id);
    }
  });

  it('answers on unknown paths as ever to somebody it knows', async () => {
    assertError(await api.get('/api/nothing', bearer(tokens.viewer)), { status: 404, code: 'NOT_FOUND' });
    assertError(await api.ask('/api/datasets', { method: 'PUT', headers: bearer(tokens.viewer) }), { status: 405, code: 'METHOD_NOT_ALLOWED' });
  });

  it('refuses a token that has expired or was revoked, at once', async () => {
    const create = (name: string) => api.platform.tokens.create({ name, role: 'viewer', expiresAt: '2100-01-01T00:00:00Z' });
    const [old, gone] = [await create('old'), await create('gone')];
    for (const { secret } of [old, gone]) assert.equal((await api.get('/api/workers', bearer(secret))).status, 200);
    await api.sql(`UPDATE access_token SET expires_at = now() - interval '1 second' WHERE id = $1`, [old.token.id]);
    assert.equal((await api.remove(`/api/tokens/${gone.token.id}`, bearer(tokens.admin))).status, 204);
    for (const { secret } of [old, gone]) {
      assertError(await api.get('/api/workers', bearer(secret)), { status: 401, code: 'UNAUTHORIZED', message: /not known here, has expired or was revoked/ });
    }
  });

  it('refuses what is no token, and repeats none of it', async () => {
    const last = tokens.admin.at(-1) === 'A' ? 'B' : 'A';
    const wrong = [tokens.admin.slice(0, -1) + last, tokens.admin.slice(0, -1), `${tokens.admin}A`, tokens.admin.toUpperCase(), 'eyg_', 'null'];
    for (const authorization of [...wrong.map((token) => `Bearer ${token}`), tokens.admin, `Basic ${tokens.admin}`, `Bearer  ${tokens.admin} ${tokens.admin}`, 'Bearer', '']) {
      const reply = await api.get<ErrorAnswer>('/api/workers', { authorization });
      assertError(reply, { status: 401, code: 'UNAUTHORIZED' });
      assert.ok(!JSON.stringify(reply.body).includes(tokens.admin.slice(4, -1)));
    }
  });

  it('takes the word Bearer in any case', async () => {
    assert.equal((await api.get('/api/workers', { authorization: `bearer ${tokens.viewer}` })).status, 200);
  });
});
