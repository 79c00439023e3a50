import assert from 'node:assert/strict';
import type { SessionAnswer } from '@eyegazer/core';
import { assertError } from './api-world.js';
import { bearer, useTokenApi } from './token-world.js';

describe('API: browser sessions', () => {
  const { api, tokens } = useTokenApi();
  const behindProxy = useTokenApi({ doors: { trustedHops: 1 } });

  const logIn = (token: string, headers: Record<string, string> = {}) => api.post<SessionAnswer>('/api/session', { token }, headers);
  /** The cookie of a reply as a browser sends it back. */
  const cookieOf = (headers: Headers): string => headers.get('set-cookie')?.split(';')[0] ?? '';
  const ownOrigin = (): Record<string, string> => ({ origin: api.url });
  const enter = async (token = tokens.member): Promise<string> => cookieOf((await logIn(token)).headers);

  it('begins with a token and says who it is for', async () => {
    const { status, headers, body } = await logIn(tokens.member);
    assert.equal(status, 200);
    assert.deepEqual([body.open, body.actor.name, body.actor.role], [false, 'member', 'member']);
    const cookie = headers.get('set-cookie') ?? '';
    assert.match(cookie, /^eyegazer_session=eys_[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.ok(!cookie.includes(tokens.member));
    assert.deepEqual((await api.get('/api/session', { cookie: cookieOf(headers) })).body, body);
  });

  it('is refused with what is no token, and says nothing of it', async () => {
    const reply = await logIn('eyg_wrong');
    assertError(reply, { status: 401, code: 'UNAUTHORIZED' });
    assert.equal(reply.headers.get('set-cookie'), null);
    assert.ok(!JSON.stringify(reply.body).includes('eyg_wrong'));
    assertError(await api.post('/api/session', {}), { status: 400, code: 'BAD_REQUEST', path: 'token' });
  });

  it('opens what its token opens, and no more', async () => {
    const cookie = await enter(tokens.viewer);
    assert.equal((await api.get('/api/workers', { cookie })).status, 200);
    assertError(await api.get('/api/tokens', { cookie }), { status: 403, code: 'FORBIDDEN' });
    assertError(await api.post('/api/demo', undefined, { cookie, ...ownOrigin() }), { status: 403, code: 'FORBIDDEN', message: /the role member or above/ });
  });

  it('changes nothing for another site, nor for a page that does not say where it is from', async () => {
    const cookie = await enter();
    for (const origin of ['https://evil.example', 'null', api.url.replace('http:', 'https:'), `${api.url}0`, undefined]) {
      assertError(await api.remove('/api/datasets/nothing', { cookie, ...(origin === undefined ? {} : { origin }) }), { status: 403, code: 'FORBIDDEN', message: /this server's own pages .* got Origin/ });
    }
    assertError(await api.remove('/api/datasets/nothing', { cookie, ...ownOrigin() }), { status: 404, code: 'NOT_FOUND' });
    assert.equal((await api.get('/api/workers', { cookie })).status, 200);
    assertError(await api.get('/api/workers', { cookie, origin: 'https://evil.example' }), { status: 403, code: 'FORBIDDEN' });
  });

  it('does not begin for another site', async () => {
    assertError(await logIn(tokens.member, { origin: 'https://evil.example' }), { status: 403, code: 'FORBIDDEN' });
  });

  it('asks a program that shows a token for no Origin', async () => {
    const foreign = { ...bearer(tokens.member), origin: 'https://notebook.example' };
    assertError(await api.remove('/api/datasets/nothing', foreign), { status: 404, code: 'NOT_FOUND' });
    assertError(await api.remove('/api/datasets/nothing', { ...foreign, cookie: await enter() }), { status: 404, code: 'NOT_FOUND' });
  });

  it('has a new secret after every login, and the former one opens nothing any more', async () => {
    const first = await enter();
    const second = cookieOf((await logIn(tokens.member, { cookie: first })).headers);
    assert.notEqual(first, second);
    assert.equal((await api.get('/api/session', { cookie: first })).status, 401);
    assert.equal((await api.get('/api/session', { cookie: second })).status, 200);
  });

  it('does not take over a secret that somebody else has chosen', async () => {
    const planted = `eyegazer_session=eys_${'A'.repeat(43)}`;
    const cookie = cookieOf((await logIn(tokens.member, { cookie: planted })).headers);
    assert.notEqual(cookie, planted);
    assert.equal((await api.get('/api/session', { cookie: planted })).status, 401);
  });

  it('ends at logout, on the server as well', async () => {
    const cookie = await enter();
    const reply = await api.remove('/api/session', { cookie, ...ownOrigin() });
    assert.equal(reply.status, 204);
    assert.match(reply.headers.get('set-cookie') ?? '', /^eyegazer_session=; Max-Age=0;/);
    assertError(await api.get('/api/session', { cookie }), { status: 401, code: 'UNAUTHORIZED', message: /This session has ended/ });
  });

  it('ends with its token, and its cookie is taken away', async () => {
    const { secret, token } = await api.platform.tokens.create({ name: 'guest', role: 'viewer', expiresAt: null });
    const cookie = await enter(secret);
    assert.equal((await api.get('/api/workers', { cookie })).status, 200);
    await api.platform.tokens.revoke(token.id);
    const reply = await api.get('/api/workers', { cookie });
    assert.equal(reply.status, 401);
    assert.match(reply.headers.get('set-cookie') ?? '', /^eyegazer_session=; Max-Age=0;/);
  });

  it('is kept to https behind a proxy that says so, and held against the name that people use', async () => {
    const { api, tokens } = behindProxy;
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'eyes.example.org' };
    const { headers } = await api.post('/api/session', { token: tokens.member }, { ...proxied, origin: 'https://eyes.example.org' });
    assert.match(headers.get('set-cookie') ?? '', /^__Host-eyegazer_session=eys_[\w-]{43}; .*Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    assert.match(headers.get('strict-transport-security') ?? '', /^max-age=31536000/);
    assert.match(headers.get('content-security-policy') ?? '', /connect-src 'self' wss:\/\/eyes\.example\.org;/);
    const cookie = cookieOf(headers);
    const remove = (origin: string) => api.remove('/api/datasets/nothing', { ...proxied, cookie, origin });
    assertError(await remove('https://eyes.example.org'), { status: 404, code: 'NOT_FOUND' });
    assertError(await remove('http://eyes.example.org'), { status: 403, code: 'FORBIDDEN' });
    assertError(await remove(api.url), { status: 403, code: 'FORBIDDEN', message: /EYEGAZER_TRUST_PROXY/ });
    // A cookie without the prefix may have been planted by another host of the domain.
    assert.equal((await api.get('/api/session', { ...proxied, cookie: cookie.replace('__Host-', '') })).status, 401);
  });

  it('believes no proxy unless told to', async () => {
    const { headers } = await logIn(tokens.member, { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'eyes.example.org' });
    assert.match(headers.get('set-cookie') ?? '', /^eyegazer_session=/);
    assert.equal(headers.get('strict-transport-security'), null);
    assert.match(headers.get('content-security-policy') ?? '', new RegExp(`connect-src 'self' ws://${new URL(api.url).host};`));
  });
});
