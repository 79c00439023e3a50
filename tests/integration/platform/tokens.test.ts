import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessTokenPattern, AppError } from '@eyegazer/core';
import { loadWorkerToken } from '@eyegazer/platform';
import { silentLog } from '../../fixtures/silent-log.js';
import { usePlatform } from '../../fixtures/platform.js';

const code = (expected: string) => (error: unknown) => error instanceof AppError && error.code === expected;

describe('access tokens', () => {
  const test = usePlatform();
  const create = (name: string, role: 'viewer' | 'member' | 'admin' | 'worker', expiresAt: string | null = null) => test.platform.tokens.create({ name, role, expiresAt });

  beforeEach(() => test.sql('TRUNCATE access_token CASCADE'));

  it('shows a secret once and keeps only its hash', async () => {
    const { secret, token } = await create('Ada', 'admin');
    assert.match(secret, accessTokenPattern);
    assert.equal(token.prefix, secret.slice(0, 8));
    const [row] = await test.sql<{ hash: Buffer }>('SELECT * FROM access_token');
    assert.deepEqual(row?.hash, createHash('sha256').update(secret).digest());
    assert.ok(!JSON.stringify(await test.sql('SELECT * FROM access_token')).includes(secret.slice(8)));
    const { items } = await test.platform.tokens.list({ limit: 10 });
    assert.deepEqual(items, [token]);
    assert.ok(!JSON.stringify(items).includes(secret.slice(8)));
  });

  it('knows a token by its secret, and no other', async () => {
    const { secret, token } = await create('Ada', 'admin');
    assert.deepEqual(await test.platform.tokens.verify(secret), { id: token.id, name: 'Ada', role: 'admin', expiresAt: null });
    const last = secret.at(-1) === 'A' ? 'B' : 'A';
    for (const other of [secret.slice(0, -1) + last, secret.slice(0, -1), `${secret}A`, secret.toLowerCase(), '', 'eyg_', 'x'.repeat(10_000), `${secret}\0`]) {
      assert.equal(await test.platform.tokens.verify(other), null, other);
    }
  });

  it('refuses an expired token and a revoked one, and says which is which', async () => {
    await create('Root', 'admin');
    const [old, gone] = [await create('old', 'viewer', '2100-01-01T00:00:00Z'), await create('gone', 'viewer')];
    assert.equal(old.token.state, 'usable');
    assert.ok(await test.platform.tokens.verify(old.secret));
    await test.sql(`UPDATE access_token SET expires_at = now() - interval '1 second' WHERE id = $1`, [old.token.id]);
    assert.equal((await test.platform.tokens.revoke(gone.token.id)).state, 'revoked');
    assert.equal(await test.platform.tokens.verify(old.secret), null);
    assert.equal(await test.platform.tokens.verify(gone.secret), null);
    const { items } = await test.platform.tokens.list({ limit: 10 });
    assert.deepEqual(new Map(items.map(({ name, state }) => [name, state])), new Map([['gone', 'revoked'], ['old', 'expired'], ['Root', 'usable']]));
  });

  it('revokes again what is revoked without a change, and does not know what is not there', async () => {
    await create('Root', 'admin');
    const { token } = await create('x', 'worker');
    const first = await test.platform.tokens.revoke(token.id);
    assert.deepEqual(await test.platform.tokens.revoke(token.id), first);
    await assert.rejects(test.platform.tokens.revoke('nobody'), code('NOT_FOUND'));
  });

  it('refuses to expire a token in the past', async () => {
    await assert.rejects(create('late', 'admin', '2020-01-01T00:00:00Z'), { code: 'BAD_REQUEST', path: 'expiresAt', message: /a time to come, got 2020-01-01/ });
  });

  it('notes the last use once a minute at most', async () => {
    const { secret } = await create('Root', 'admin');
    const lastUse = async (): Promise<string | null> => (await test.platform.tokens.list({ limit: 1 })).items[0]?.lastUsedAt ?? null;
    assert.equal(await lastUse(), null);
    await test.platform.tokens.verify(secret);
    const first = await lastUse();
    assert.ok(first);
    await test.platform.tokens.verify(secret);
    assert.equal(await lastUse(), first);
    await test.sql(`UPDATE access_token SET last_used_at = now() - interval '61 seconds'`);
    const before = await lastUse();
    await test.platform.tokens.verify(secret);
    assert.ok((await lastUse())! > before!);
  });

  it('is demanded once a token for people was made, and ever after; worker tokens do not count', async () => {
    const { tokens } = test.platform;
    assert.equal(await tokens.demanded(), false);
    await create('gpu', 'worker');
    assert.equal(await tokens.demanded(), false);
    const { token } = await create('Root', 'admin');
    await create('Second', 'admin');
    await tokens.revoke(token.id);
    assert.equal(await tokens.demanded(), true);
    await test.sql(`UPDATE access_token SET revoked_at = now()`);
    assert.equal(await tokens.demanded(), true);
  });

  it('wants an admin first, so that nobody locks himself out', async () => {
    for (const role of ['viewer', 'member'] as const) await assert.rejects(create('first', role), { code: 'CONFLICT', path: 'role', message: /expected admin/ });
    await create('Root', 'admin');
    await create('second', 'viewer');
  });

  it('keeps the last admin token that works, however it is asked', async () => {
    const [first, second] = [await create('first', 'admin'), await create('second', 'admin')];
    await create('expired', 'admin', '2100-01-01T00:00:00Z');
    await test.sql(`UPDATE access_token SET expires_at = now() - interval '1 second' WHERE name = 'expired'`);
    const results = await Promise.allSettled([test.platform.tokens.revoke(first.token.id), test.platform.tokens.revoke(second.token.id)]);
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const refused = results.find((result) => result.status === 'rejected');
    assert.match(String(refused?.reason), /last admin token that works.*Create another/);
  });

  it('gives the first admin token to one of many who ask at once, and again when none works any more', async () => {
    const processes = [test.platform, await test.another(), await test.another()];
    // Connections that are open already: nobody is kept from asking at the same moment.
    await Promise.all(processes.flatMap(({ tokens }) => Array.from({ length: 5 }, () => tokens.list({ limit: 1 }))));
    const secrets = (await Promise.all(processes.flatMap(({ tokens }) => Array.from({ length: 5 }, () => tokens.createFirstAdmin())))).filter((secret) => secret !== null);
    assert.equal(secrets.length, 1);
    assert.equal((await test.platform.tokens.verify(secrets[0]!))?.role, 'admin');
    await test.sql(`UPDATE access_token SET revoked_at = now()`);
    assert.notEqual(await test.platform.tokens.createFirstAdmin(), null);
  });

  it('lists the newest first, page by page', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await create(name, 'worker');
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await test.platform.tokens.list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    assert.deepEqual([...seen].sort(), names);
    assert.equal(seen.length, 5);
  });
});

describe('the token of the worker that starts with its server', () => {
  const test = usePlatform();
  let folder = '';
  let file = '';
  const load = () => loadWorkerToken({ databaseUrl: test.url, file, log: silentLog });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-worker-token-'));
    file = join(folder, 'home', 'worker-token');
    await test.sql('TRUNCATE access_token CASCADE');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is made once, opens the door for a worker, and only its owner can read it', async () => {
    const secret = await load();
    assert.equal((await test.platform.tokens.verify(secret))?.role, 'worker');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal(await readFile(file, 'utf8'), `${secret}\n`);
    assert.equal(await load(), secret);
    assert.equal((await test.platform.tokens.list({ limit: 10 })).items.length, 1);
    assert.equal(await test.platform.tokens.demanded(), false, 'it closes nobody else out');
  });

  it('is made anew for another database, and in place of what is no token', async () => {
    const secret = await load();
    await test.sql('TRUNCATE access_token CASCADE');
    const second = await load();
    assert.notEqual(second, secret);
    await writeFile(file, 'nonsense', { mode: 0o644 });
    const third = await load();
    assert.equal((await test.platform.tokens.verify(third))?.role, 'worker');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('stays the one that a person has revoked', async () => {
    const secret = await load();
    const [token] = (await test.platform.tokens.list({ limit: 1 })).items;
    await test.platform.tokens.revoke(token?.id ?? '');
    assert.equal(await load(), secret);
    assert.equal(await test.platform.tokens.verify(secret), null);
  });
});

describe('browser sessions', () => {
  const test = usePlatform();
  let tokenId = '';

  beforeEach(async () => {
    await test.sql('TRUNCATE access_token CASCADE');
    tokenId = (await test.platform.tokens.create({ name: 'Root', role: 'admin', expiresAt: null })).token.id;
  });

  it('stands for its token for 30 days, and keeps only a hash', async () => {
    const secret = await test.platform.sessions.create(tokenId);
    const session = await test.platform.sessions.verify(secret);
    assert.deepEqual({ id: session?.id, name: session?.name, role: session?.role }, { id: tokenId, name: 'Root', role: 'admin' });
    const days = (session!.expiresAt.getTime() - Date.now()) / 86_400_000;
    assert.ok(days > 29.9 && days < 30.1, `${days} days`);
    assert.ok(!JSON.stringify(await test.sql(`SELECT encode(hash, 'escape') AS hash FROM session`)).includes(secret.slice(4)));
    assert.equal(await test.platform.tokens.verify(secret), null);
  });

  it('has a new secret at every login', async () => {
    assert.notEqual(await test.platform.sessions.create(tokenId), await test.platform.sessions.create(tokenId));
  });

  it('ends at logout, with its time, with its token', async () => {
    const { sessions, tokens } = test.platform;
    const secrets = await Promise.all([1, 2].map(() => sessions.create(tokenId)));
    await sessions.end(secrets[0]!);
    await sessions.end(secrets[0]!);
    assert.equal(await sessions.verify(secrets[0]!), null);
    assert.ok(await sessions.verify(secrets[1]!));
    await test.sql(`UPDATE session SET expires_at = now() - interval '1 second'`);
    assert.equal(await sessions.verify(secrets[1]!), null);

    const { token } = await tokens.create({ name: 'guest', role: 'viewer', expiresAt: '2100-01-01T00:00:00Z' });
    const guest = await sessions.create(token.id);
    assert.equal((await test.sql('SELECT 1 FROM session')).length, 1, 'expired sessions are taken away at a login');
    await test.sql(`UPDATE access_token SET expires_at = now() - interval '1 second' WHERE id = $1`, [token.id]);
    assert.equal(await sessions.verify(guest), null);

    const { token: second } = await tokens.create({ name: 'other', role: 'viewer', expiresAt: null });
    const other = await sessions.create(second.id);
    await tokens.revoke(second.id);
    assert.equal(await sessions.verify(other), null);
  });

  it('does not outlive a token that expires sooner', async () => {
    const { token } = await test.platform.tokens.create({ name: 'guest', role: 'viewer', expiresAt: '2100-01-01T00:00:00Z' });
    const secret = await test.platform.sessions.create(token.id);
    await test.sql(`UPDATE access_token SET expires_at = now() + interval '1 hour' WHERE id = $1`, [token.id]);
    const session = await test.platform.sessions.verify(secret);
    assert.ok(session!.expiresAt.getTime() - Date.now() < 3_700_000);
  });

  it('knows no session of what is not one', async () => {
    for (const secret of ['', 'eys_', `eys_${'A'.repeat(43)}`, `eyg_${'A'.repeat(43)}`]) assert.equal(await test.platform.sessions.verify(secret), null);
  });
});

describe('audit log', () => {
  const test = usePlatform();

  it('keeps who did what to what, the newest first, page by page', async () => {
    const entry = (status: number) => ({
      requestId: `request-${status}`, actor: { tokenId: null, name: 'this machine', role: 'admin' as const }, address: '127.0.0.1', operation: 'deleteDataset', target: { id: 'eyes' }, status,
    });
    for (const status of [200, 204, 404]) await test.platform.audit.append(entry(status));
    const first = await test.platform.audit.list({ limit: 2 });
    assert.deepEqual(first.items.map(({ id: _id, at: _at, ...rest }) => rest), [entry(404), entry(204)]);
    const second = await test.platform.audit.list({ limit: 2, cursor: first.nextCursor! });
    assert.deepEqual(second.items.map(({ status }) => status), [200]);
    assert.equal(second.nextCursor, null);
    await assert.rejects(test.platform.audit.list({ limit: 2, cursor: 'nonsense' }), code('BAD_REQUEST'));
  });
});
