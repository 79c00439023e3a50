import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { assertError } from './api-world.js';
import { bearer, useTokenApi } from './token-world.js';

const wrong = (n: number): string => `eyg_${String(n).padStart(43, 'x')}`;

describe('API: limits', () => {
  const failing = useTokenApi({ doors: { trustedHops: 1, limits: { failuresPerMinute: 3 } } });
  const busy = useTokenApi({ doors: { trustedHops: 1, limits: { requestsPerMinute: 5, heavyRequestsPerMinute: 2 } } });
  const calm = useTokenApi({ doors: { limits: { believedForMs: 60_000 } } });

  // This one believes for a minute that its door is open; what is made through it makes it look.
  before(async () => void (await calm.api.post('/api/tokens', { name: 'rig', role: 'worker' })));

  it('stops looking tokens up for an address that has shown too many wrong ones, and says when to come back', async () => {
    const { api, tokens } = failing;
    const from = (address: string, token: string) => api.get('/api/workers', { ...bearer(token), 'x-forwarded-for': address });
    assert.equal((await from('198.51.100.1', tokens.viewer)).status, 200);
    for (let i = 0; i < 3; i++) assert.equal((await from('198.51.100.1', wrong(i))).status, 401);
    assertError(await from('198.51.100.1', wrong(4)), { status: 429, code: 'TOO_MANY_REQUESTS', message: /Too many tokens from 198\.51\.100\.1/ });
    assertError(await api.post('/api/session', { token: tokens.member }, { 'x-forwarded-for': '198.51.100.1' }), { status: 429, code: 'TOO_MANY_REQUESTS' });
    assert.equal((await from('198.51.100.1', tokens.viewer)).status, 200, 'whoever was in before stays in');
    assert.equal((await from('198.51.100.2', tokens.member)).status, 200, 'another address is another matter');
    assert.equal((await api.get('/api/workers', { 'x-forwarded-for': '198.51.100.1' })).status, 401, 'showing nothing is no failure');
  });

  it('counts the addresses of one IPv6 network as one', async () => {
    const { api } = failing;
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await api.get('/api/workers', { ...bearer(wrong(i)), 'x-forwarded-for': `2001:db8:1:2::${i}` })).status);
    assert.deepEqual(statuses, [401, 401, 401, 429]);
  });

  it('takes the word of the trusted proxy for the address, and of nobody before it', async () => {
    const { api } = failing;
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await api.get('/api/workers', { ...bearer(wrong(i)), 'x-forwarded-for': `10.0.0.${i}, 198.51.100.9` })).status);
    assert.deepEqual(statuses, [401, 401, 401, 429]);
  });

  it('lets one token make so many requests a minute, in the one shape of errors, and another its own', async () => {
    const { api, tokens } = busy;
    for (let i = 0; i < 5; i++) assert.equal((await api.get('/api/workers', bearer(tokens.viewer))).status, 200);
    const reply = await api.get('/api/workers', bearer(tokens.viewer));
    assertError(reply, { status: 429, code: 'TOO_MANY_REQUESTS', message: /at most 5 requests a minute\. Try again in \d+ s/ });
    assert.match(reply.headers.get('retry-after') ?? '', /^\d+$/);
    assert.equal((await api.get('/api/workers', bearer(tokens.member))).status, 200);
  });

  it('lets fewer through of those that start long work', async () => {
    const { api, tokens } = busy;
    const create = () => api.post('/api/models', { source: { kind: 'path', uri: '/nothing' } }, bearer(tokens.admin));
    for (let i = 0; i < 2; i++) assert.notEqual((await create()).status, 429);
    assertError(await create(), { status: 429, code: 'TOO_MANY_REQUESTS', message: /at most 2 requests of this kind a minute/ });
    assert.equal((await api.get('/api/workers', bearer(tokens.admin))).status, 200);
  });

  it('counts those whom it does not know by address', async () => {
    const { api } = busy;
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await api.get('/', { 'x-forwarded-for': '203.0.113.5' })).status);
    assert.deepEqual(statuses.map((status) => status === 429), [false, false, false, false, false, true]);
    assert.equal((await api.get('/api/health', { 'x-forwarded-for': '203.0.113.5' })).status, 429);
    assert.equal((await api.get('/api/health', { 'x-forwarded-for': '203.0.113.6' })).status, 200);
  });

  it('does not ask the database about the same token for every request, not even for many at once', async () => {
    const { api, tokens } = calm;
    const verify = mock.method(api.platform.tokens, 'verify');
    try {
      await Promise.all(Array.from({ length: 50 }, () => api.get('/api/session', bearer(tokens.viewer))));
      for (let i = 0; i < 10; i++) await api.get('/api/session', bearer(tokens.viewer));
      assert.equal(verify.mock.callCount(), 1);
      await Promise.all([1, 2].map(() => api.get('/api/session', bearer(wrong(1)))));
      await api.get('/api/session', bearer(wrong(1)));
      assert.ok(verify.mock.callCount() >= 3, 'what is refused is not remembered');
    } finally {
      verify.mock.restore();
    }
  });

  it('forgets what it believed as soon as a token is revoked here', async () => {
    const { api, tokens } = calm;
    const { secret, token } = await api.platform.tokens.create({ name: 'guest', role: 'viewer', expiresAt: null });
    assert.equal((await api.get('/api/session', bearer(secret))).status, 200);
    assert.equal((await api.remove(`/api/tokens/${token.id}`, bearer(tokens.admin))).status, 204);
    assert.equal((await api.get('/api/session', bearer(secret))).status, 401);
  });

  it('takes a request id from a trusted proxy alone, if it is one', async () => {
    const { api } = busy;
    const idFor = async (id: string): Promise<string | null> => (await fetch(`${api.url}/api/health`, { headers: { 'x-request-id': id, 'x-forwarded-for': '203.0.113.7' } })).headers.get('x-request-id');
    assert.equal(await idFor('trace-0123456789'), 'trace-0123456789');
    for (const bad of ['short', 'a b c d e f g h', `x${'y'.repeat(200)}`, '"><script>']) assert.match((await idFor(bad)) ?? '', /^[0-9a-f-]{36}$/);
  });
});
