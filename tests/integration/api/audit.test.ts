import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { AuditEntryWire, CreatedToken, Logger, Page } from '@eyegazer/core';
import { silentLog } from '../../fixtures/silent-log.js';
import { until } from '../../until.js';
import { assertError, useApi, type Reply } from './api-world.js';
import { bearer, useTokenApi } from './token-world.js';

describe('API: the audit log', () => {
  const errors: { fields: Record<string, unknown>; message: string }[] = [];
  const log: Logger = { ...silentLog, error: (fields, message) => void errors.push({ fields, message }) };
  const { api, tokens } = useTokenApi({ log });
  const open = useApi();

  const read = async (): Promise<AuditEntryWire[]> => (await api.get<Page<AuditEntryWire>>('/api/audit?limit=200', bearer(tokens.admin))).body.items;
  const entryOf = (reply: Reply) => until(async () => (await read()).find(({ requestId }) => requestId === reply.headers.get('x-request-id')));

  it('says who did what to what, from where, and what became of it', async () => {
    const reply = await api.remove('/api/datasets/some-eyes', bearer(tokens.member));
    const { id, at, actor, ...entry } = await entryOf(reply);
    assert.match(id, /^\d+$/);
    assert.deepEqual(entry, { requestId: reply.headers.get('x-request-id'), address: '127.0.0.1', operation: 'deleteDataset', target: { id: 'some-eyes' }, status: 404 });
    assert.deepEqual([actor.name, actor.role, typeof actor.tokenId], ['member', 'member', 'string']);
    assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000);
  });

  it('has what was refused to somebody known, and nothing of nobody', async () => {
    const stranger = await api.remove('/api/datasets/some-eyes');
    assert.equal(stranger.status, 401);
    const refused = await api.remove('/api/datasets/some-eyes', bearer(tokens.viewer));
    const { status, actor } = await entryOf(refused);
    assert.deepEqual([status, actor.name], [403, 'viewer']);
    assert.ok(!(await read()).some(({ requestId }) => requestId === stranger.headers.get('x-request-id')));
  });

  it('has nothing of those who only look', async () => {
    const before = (await read()).length;
    await api.get('/api/datasets', bearer(tokens.viewer));
    await api.get('/api/tokens', bearer(tokens.admin));
    await api.post('/api/experiments?dryRun=true', { dataset: 'nothing' }, bearer(tokens.member));
    const reply = await api.remove('/api/models/last', bearer(tokens.member));
    await entryOf(reply);
    assert.equal((await read()).length, before + 1);
  });

  it('has who took a backup away', async () => {
    const reply = await api.get('/api/backup', bearer(tokens.member));
    assert.equal(reply.status, 403);
    const { operation, actor, status } = await entryOf(reply);
    assert.deepEqual([operation, actor.name, status], ['getBackup', 'member', 403]);
  });

  it('names what was made, and holds no secret', async () => {
    const made = await api.post<CreatedToken>('/api/tokens', { name: 'guest', role: 'viewer' }, bearer(tokens.admin));
    const entry = await entryOf(made);
    assert.deepEqual([entry.operation, entry.target, entry.status], ['createToken', { id: made.body.token.id }, 201]);
    const login = await api.post('/api/session', { token: tokens.member });
    const { operation, actor, status } = await entryOf(login);
    assert.deepEqual([operation, actor.name, status], ['createSession', 'member', 200]);
    const mistaken = await api.remove(`/api/tokens/${tokens.viewer}`, bearer(tokens.admin));
    assert.deepEqual((await entryOf(mistaken)).target, { id: '[hidden]' });
    const everything = JSON.stringify(await api.sql('SELECT * FROM audit_entry'), (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    for (const secret of [...Object.values(tokens), made.body.secret]) assert.ok(!everything.includes(secret.slice(8)));
    assert.ok(!everything.includes('eys_'));
  });

  it('has requests that no database could store the names of', async () => {
    const reply = await api.remove('/api/datasets/a%00b', bearer(tokens.member));
    assert.equal(reply.status, 400);
    assert.deepEqual((await entryOf(reply)).target, { id: 'ab' });
  });

  it('is for admins', async () => {
    assertError(await api.get('/api/audit', bearer(tokens.member)), { status: 403, code: 'FORBIDDEN', message: /the role admin/ });
  });

  it('does not take an answer back when it cannot be written: the log has the entry then', async () => {
    const append = mock.method(api.platform.audit, 'append', () => Promise.reject(new Error('disk full')));
    try {
      const reply = await api.remove('/api/datasets/unwritten', bearer(tokens.member));
      assert.equal(reply.status, 404);
      const said = await until(() => errors.find(({ message }) => /audit log could not be written/.test(message)));
      assert.deepEqual((said.fields['entry'] as { target: unknown }).target, { id: 'unwritten' });
    } finally {
      append.mock.restore();
    }
  });

  it('calls whoever comes through an open door this machine', async () => {
    await open.remove('/api/datasets/nothing');
    const entries = await until(async () => {
      const { items } = (await open.get<Page<AuditEntryWire>>('/api/audit')).body;
      return items.length > 0 && items;
    });
    assert.deepEqual(entries.map(({ actor, operation }) => ({ actor, operation })), [{ actor: { tokenId: null, name: 'this machine', role: 'admin' }, operation: 'deleteDataset' }]);
  });
});
