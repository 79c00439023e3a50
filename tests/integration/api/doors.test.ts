import assert from 'node:assert/strict';
import { request, type RequestOptions } from 'node:http';
import { io } from 'socket.io-client';
import { useApi } from './api-world.js';

describe('API: doors', () => {
  const api = useApi();

  const knock = (options: RequestOptions): Promise<{ status: number; upgraded: boolean; body: string }> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(api.url);
      request({ host: '127.0.0.1', port, ...options })
        .on('response', (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => resolve({ status: response.statusCode ?? 0, upgraded: false, body }));
        })
        .on('upgrade', (response, socket) => {
          socket.destroy();
          resolve({ status: response.statusCode ?? 0, upgraded: true, body: '' });
        })
        .on('error', reject)
        .end();
    });
  const ourHost = (): string => new URL(api.url).host;
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  const socketPath = '/socket.io/?EIO=4&transport=';

  it('refuses a foreign Host everywhere: API, pages, socket handshake, websocket upgrade', async () => {
    const host = `rebound.example:${new URL(api.url).port}`;
    for (const path of ['/api/health', '/', '/assets/x.js', `${socketPath}polling`]) {
      const { status, body } = await knock({ path, headers: { host } });
      assert.equal(status, 403, path);
      assert.equal((JSON.parse(body) as { error: { code: string } }).error.code, 'FORBIDDEN');
    }
    const { status, upgraded } = await knock({ path: `${socketPath}websocket`, headers: { host, ...upgrade } });
    assert.deepEqual({ status, upgraded }, { status: 403, upgraded: false });
  });

  it('refuses a foreign Origin everywhere', async () => {
    const headers = { host: ourHost(), origin: 'http://evil.example' };
    assert.equal((await knock({ path: '/api/health', headers })).status, 403);
    assert.equal((await knock({ path: '/api/demo', method: 'POST', headers })).status, 403);
    assert.equal((await knock({ path: `${socketPath}polling`, headers })).status, 403);
    assert.equal((await knock({ path: `${socketPath}websocket`, headers: { ...headers, ...upgrade } })).status, 403);
  });

  it('lets its own pages in, by HTTP and by websocket', async () => {
    const headers = { host: ourHost(), origin: `http://${ourHost()}` };
    assert.equal((await knock({ path: '/api/health', headers })).status, 200);
    assert.deepEqual(await knock({ path: `${socketPath}websocket`, headers: { ...headers, ...upgrade } }), { status: 101, upgraded: true, body: '' });
  });

  it('refuses what another page changes even when it says no Origin', async () => {
    const { status } = await knock({ path: '/api/demo', method: 'POST', headers: { host: ourHost(), 'sec-fetch-site': 'cross-site' } });
    assert.equal(status, 403);
  });

  it('gives a socket client of another page a connection error', async () => {
    for (const transports of [['polling'], ['websocket']] as const) {
      const socket = io(api.url, { transports: [...transports], reconnection: false, extraHeaders: { origin: 'http://evil.example' } });
      try {
        await new Promise<void>((resolve, reject) => {
          socket.on('connect_error', () => resolve());
          socket.on('connect', () => reject(new Error('connected')));
        });
      } finally {
        socket.disconnect();
      }
    }
  });
});
