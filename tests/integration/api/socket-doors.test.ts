import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { ErrorRecord } from '@eyegazer/core';
import { io, type Socket } from 'socket.io-client';
import { until } from '../../until.js';
import { useApi } from './api-world.js';
import { bearer, impatient, useTokenApi } from './token-world.js';

const transports = [['polling'], ['websocket']] as const;

describe('API: doors of sockets', () => {
  const { api, tokens } = useTokenApi({ doors: { limits: { socketsPerCaller: 10 } } });
  const open = useApi({ doors: { limits: impatient } });
  const sockets: Socket[] = [];
  afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));

  const knock = (options: Parameters<typeof io>[1], url = api.url): Socket => {
    const socket = io(url, { forceNew: true, reconnection: false, ...options });
    sockets.push(socket);
    return socket;
  };
  const connect = async (options: Parameters<typeof io>[1], url?: string): Promise<Socket> => {
    const socket = knock(options, url);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
    return socket;
  };
  const refusal = (options: Parameters<typeof io>[1]): Promise<ErrorRecord> =>
    new Promise((resolve, reject) => {
      knock(options)
        .once('connect', () => reject(new Error('connected')))
        .once('connect_error', (error) => resolve((error as Error & { data: ErrorRecord }).data));
    });
  const cookieFor = async (token: string): Promise<string> => (await api.post('/api/session', { token })).headers.get('set-cookie')?.split(';')[0] ?? '';

  it('refuse who shows nothing, or what opens nothing, and say so', async () => {
    for (const way of transports) {
      const options = { transports: [...way] };
      assert.equal((await refusal(options)).code, 'UNAUTHORIZED');
      for (const token of ['eyg_wrong', '', 7, { token: tokens.viewer }]) assert.equal((await refusal({ ...options, auth: { token } })).code, 'UNAUTHORIZED');
      assert.equal((await refusal({ ...options, extraHeaders: bearer('eyg_wrong') })).code, 'UNAUTHORIZED');
      assert.equal((await refusal({ ...options, extraHeaders: { cookie: `eyegazer_session=eys_${'A'.repeat(43)}`, origin: api.url } })).code, 'UNAUTHORIZED');
    }
  });

  it('refuse a worker', async () => {
    const { code, message } = await refusal({ auth: { token: tokens.worker } });
    assert.equal(code, 'FORBIDDEN');
    assert.match(message, /^Expected a token with the role viewer or above, got "worker" with the role worker\./);
  });

  it('let in by auth, by header and by cookie', async () => {
    for (const way of transports) {
      for (const options of [{ auth: { token: tokens.viewer } }, { extraHeaders: bearer(tokens.viewer) }, { extraHeaders: { cookie: await cookieFor(tokens.viewer), origin: api.url } }]) {
        const socket = await connect({ transports: [...way], ...options });
        assert.deepEqual(await socket.timeout(5000).emitWithAck('subscribe', { topic: 'workers' }), { ok: true, seq: 0 });
        socket.disconnect();
      }
    }
  });

  it('refuse a cookie that another page makes a browser send', async () => {
    const cookie = await cookieFor(tokens.viewer);
    for (const way of transports) assert.equal((await refusal({ transports: [...way], extraHeaders: { cookie, origin: 'https://evil.example' } })).code, 'FORBIDDEN');
    assert.equal((await refusal({ transports: ['websocket'], extraHeaders: { cookie } })).code, 'FORBIDDEN');
  });

  it('hear nothing before they are let in', async () => {
    const socket = knock({ transports: ['websocket'] });
    socket.connect();
    let answered = false;
    socket.emit('subscribe', { topic: 'workers' }, () => (answered = true));
    await new Promise((resolve) => socket.once('connect_error', resolve));
    assert.equal(answered, false);
    assert.equal(socket.connected, false);
  });

  it('are at most so many of one token, and again when one has gone', async () => {
    const options = { auth: { token: tokens.member } };
    const all = [];
    for (let i = 0; i < 10; i++) all.push(await connect(options));
    const refused = await refusal(options);
    assert.deepEqual([refused.code, /at most 10 connections/.test(refused.message)], ['TOO_MANY_REQUESTS', true]);
    await connect({ auth: { token: tokens.admin } });
    all[0]?.disconnect();
    await until(() => connect(options).then(() => true, () => false));
  });

  it('count no more when they have gone before they were let in', async () => {
    const { secret } = await api.platform.tokens.create({ name: 'hasty', role: 'viewer', expiresAt: null });
    const options = { transports: ['websocket'], auth: { token: secret } };
    const { verify } = api.platform.tokens;
    let asked = 0;
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const held = mock.method(api.platform.tokens, 'verify', async (token: string) => {
      if (token === secret) {
        asked += 1;
        await answered;
      }
      return verify(token);
    });
    try {
      const hasty = Array.from({ length: 10 }, () => knock(options));
      await Promise.all(hasty.map((socket) => new Promise<void>((resolve) => socket.io.engine.once('open', resolve))));
      await until(() => asked > 0);
      for (const socket of hasty) socket.disconnect();
      await until(async () => /^eyegazer_socket_connections 0$/m.test((await api.get<string>('/metrics', bearer(tokens.admin))).body));
    } finally {
      answer();
      held.mock.restore();
    }
    await connect(options);
  });

  it('are closed when their token is revoked, when it expires, when the session ends', async () => {
    const create = (name: string) => api.platform.tokens.create({ name, role: 'viewer', expiresAt: '2100-01-01T00:00:00Z' });
    const [revoked, expired, left, stays] = [await create('revoked'), await create('expired'), await create('left'), await create('stays')];
    const cookie = await cookieFor(left.secret);
    const gone: string[] = [];
    const watch = async (name: string, options: Parameters<typeof io>[1]): Promise<void> => void (await connect(options)).once('disconnect', (reason) => gone.push(`${name}: ${reason}`));
    await watch('revoked', { auth: { token: revoked.secret } });
    await watch('expired', { auth: { token: expired.secret } });
    await watch('left', { extraHeaders: { cookie, origin: api.url } });
    await watch('stays', { auth: { token: stays.secret } });
    assert.equal((await api.remove(`/api/tokens/${revoked.token.id}`, bearer(tokens.admin))).status, 204);
    await api.sql(`UPDATE access_token SET expires_at = now() - interval '1 second' WHERE id = $1`, [expired.token.id]);
    assert.equal((await api.remove('/api/session', { cookie, origin: api.url })).status, 204);
    await until(() => gone.length === 3);
    assert.deepEqual(gone.sort(), ['expired', 'left', 'revoked'].map((name) => `${name}: io server disconnect`));
  });

  it('of an open server are closed when its door closes', async () => {
    const socket = await connect({}, open.url);
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    await open.platform.tokens.create({ name: 'Root', role: 'admin', expiresAt: null });
    assert.equal(await closed, 'io server disconnect');
  });
});
