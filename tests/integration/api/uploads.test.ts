/** Resumable uploads, request by request as the tus protocol has them; tests/integration/client has them by the client. */
import assert from 'node:assert/strict';
import { readdir, readFile, stat, utimes } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { createServer } from '@eyegazer/api';
import type { UploadWire } from '@eyegazer/core';
import { silentLog } from '../../fixtures/silent-log.js';
import { until } from '../../until.js';
import { assertError, noSources, type Reply } from './api-world.js';
import { checkExchange } from './contract-check.js';
import { bearer, useTokenApi } from './token-world.js';

const tus = { 'tus-resumable': '1.0.0' };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('API: uploads', function () {
  this.timeout(60_000);
  const { api, tokens } = useTokenApi();
  const member = (): Record<string, string> => ({ ...tus, ...bearer(tokens.member) });

  const begin = (byteLength: number | string, headers: Record<string, string> = {}): Promise<Reply> =>
    api.ask('/api/uploads', { method: 'POST', headers: { ...member(), 'upload-length': String(byteLength), ...headers } });
  const begun = async (byteLength: number, headers: Record<string, string> = {}): Promise<{ id: string; path: string }> => {
    const reply = await begin(byteLength, headers);
    assert.equal(reply.status, 201, JSON.stringify(reply.body));
    const path = reply.headers.get('location') ?? '';
    return { path, id: path.split('/').at(-1) ?? '' };
  };
  const send = (path: string, offset: number, bytes: Uint8Array | string, headers: Record<string, string> = {}): Promise<Reply> =>
    api.ask(path, { method: 'PATCH', headers: { ...member(), 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), ...headers }, body: Buffer.from(bytes) });
  const offsetOf = async (path: string): Promise<number> => Number((await fetch(api.url + path, { method: 'HEAD', headers: member() })).headers.get('upload-offset'));
  const files = async (): Promise<string[]> => readdir(join(api.folder, 'uploads'));

  it('takes a file in pieces, says how far it is, and has its bytes', async () => {
    const { id, path } = await begun(10, { 'upload-metadata': `filename ${base64('eyes.zip')}` });
    assert.match(path, /^\/api\/uploads\/[0-9a-f]{32}$/);
    const first = await send(path, 0, '0123');
    assert.equal(first.status, 204);
    assert.deepEqual([first.headers.get('upload-offset'), first.headers.get('tus-resumable')], ['4', '1.0.0']);
    assert.equal(first.headers.get('access-control-allow-origin'), null);
    assert.deepEqual((await api.get<UploadWire>(path, member())).body, { id, fileName: 'eyes.zip', byteLength: 10, receivedBytes: 4 });
    assert.equal(await offsetOf(path), 4);
    assert.equal((await send(path, 4, '456789')).headers.get('upload-offset'), '10');
    assert.equal(await readFile(join(api.folder, 'uploads', id), 'utf8'), '0123456789');
    assert.equal((await api.remove(path, bearer(tokens.member))).status, 204);
    assertError(await api.get(path, member()), { status: 404, code: 'NOT_FOUND' });
    assert.deepEqual(await files(), []);
  });

  it('keeps what came before a connection broke, and goes on from there', async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));
    const { id, path } = await begun(bytes.byteLength);
    const cut = httpRequest(api.url + path, { method: 'PATCH', headers: { ...member(), 'content-type': 'application/offset+octet-stream', 'upload-offset': '0', 'content-length': bytes.byteLength } });
    cut.on('error', () => undefined);
    cut.write(bytes.subarray(0, 2_000_000));
    await until(async () => (await stat(join(api.folder, 'uploads', id))).size > 1_000_000);
    cut.destroy();
    const offset = await offsetOf(path);
    assert.ok(offset > 1_000_000 && offset <= 2_000_000, String(offset));
    assertError(await send(path, 0, bytes), { status: 409, code: 'CONFLICT' });
    assert.equal((await send(path, offset, bytes.subarray(offset))).status, 204);
    assert.deepEqual(await readFile(join(api.folder, 'uploads', id)), bytes);
    await api.remove(path, member());
  });

  it('ends a request that hangs when its sender asks how far it is', async () => {
    const { id, path } = await begun(1000);
    const hanging = httpRequest(api.url + path, { method: 'PATCH', headers: { ...member(), 'content-type': 'application/offset+octet-stream', 'upload-offset': '0', 'content-length': 1000 } });
    hanging.on('error', () => undefined);
    hanging.write(Buffer.alloc(300));
    await until(async () => (await stat(join(api.folder, 'uploads', id))).size === 300);
    assert.equal(await offsetOf(path), 300);
    assert.equal((await send(path, 300, Buffer.alloc(700))).status, 204);
    hanging.destroy();
    await api.remove(path, member());
  });

  it('shows and gives an upload to nobody but who began it', async () => {
    const other = await api.platform.tokens.create({ name: 'other', role: 'admin', expiresAt: null });
    const { path } = await begun(4);
    const their = { ...tus, ...bearer(other.secret) };
    assertError(await api.get(path, their), { status: 404, code: 'NOT_FOUND', message: /no upload \w+ of yours/ });
    assertError(await send(path, 0, 'evil', their), { status: 404, code: 'NOT_FOUND' });
    assertError(await api.remove(path, their), { status: 404, code: 'NOT_FOUND' });
    assertError(await api.get(path, bearer(tokens.viewer)), { status: 403, code: 'FORBIDDEN' });
    assertError(await begin(4, bearer(tokens.viewer)), { status: 403, code: 'FORBIDDEN' });
    assert.equal((await api.get<UploadWire>(path, member())).body.receivedBytes, 0);
    await api.remove(path, member());
  });

  it('turns away what a page of another site sends with the cookie', async () => {
    const session = await api.post('/api/session', { token: tokens.member });
    const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
    const from = (origin: string): Promise<Reply> => api.ask('/api/uploads', { method: 'POST', headers: { ...tus, 'upload-length': '4', cookie, origin } });
    assertError(await from('https://evil.example'), { status: 403, code: 'FORBIDDEN', message: /this server's own pages/ });
    const own = await from(api.url);
    assert.equal(own.status, 201);
    await api.remove(own.headers.get('location') ?? '', member());
  });

  it('refuses what is too large, and what says no length', async () => {
    assertError(await begin(3e9 + 1), { status: 413, code: 'TOO_LARGE', message: /^Expected a file of at most 3\.0 GB \(EYEGAZER_UPLOAD_GB\), got 3\.0 GB\. Copy it to the server and import it by its path\.$/ });
    for (const length of ['', '0', '-1', '1e3', 'x', '9'.repeat(30)]) assertError(await begin(length), { status: 400, code: 'BAD_REQUEST', path: 'Upload-Length' });
    assertError(await api.ask('/api/uploads', { method: 'POST', headers: { ...member(), 'upload-defer-length': '1' } }), { status: 400, code: 'BAD_REQUEST', path: 'Upload-Length' });
    assertError(await api.ask('/api/uploads', { method: 'POST', headers: { ...bearer(tokens.member), 'upload-length': '4' } }), { status: 400, code: 'BAD_REQUEST', message: /tus 1\.0\.0.*Tus-Resumable Required/ });
    assert.deepEqual(await files(), []);
  });

  it('takes no byte beyond the length that was said', async () => {
    const { id, path } = await begun(4);
    assertError(await send(path, 0, '01234'), { status: 413, code: 'TOO_LARGE' });
    const chunked = httpRequest(api.url + path, { method: 'PATCH', headers: { ...member(), 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' } });
    const status = new Promise<number | undefined>((resolve) => chunked.on('response', (response) => resolve(response.statusCode)).on('error', () => resolve(undefined)));
    chunked.end('0123456789');
    assert.notEqual(await status, 204);
    assert.ok((await stat(join(api.folder, 'uploads', id))).size <= 4);
    await api.remove(path, member());
  });

  it('trusts no name: not of an upload, not of a file', async () => {
    for (const id of ['..', '..%2f..%2fetc%2fpasswd', 'x', 'a'.repeat(32), '%00']) assert.notEqual((await api.get(`/api/uploads/${id}`, member())).status, 200, id);
    const named = async (name: string): Promise<string> => {
      const { path } = await begun(4, { 'upload-metadata': `filename ${base64(name)},owner ${base64('somebody')},path ${base64('/etc/passwd')}` });
      const { body } = await api.get<UploadWire>(path, member());
      await api.remove(path, member());
      return body.fileName;
    };
    assert.equal(await named('../../etc/eyes.zip'), 'eyes.zip');
    assert.equal(await named('C:\\data\\eyes.zip'), 'eyes.zip');
    assert.equal(await named('ey\u0000e\ns\u202e.zip'), 'eyes.zip');
    assert.equal(await named('/'), 'upload.zip');
    assert.equal((await named('x'.repeat(5000))).length, 200);
    assert.deepEqual(await files(), []);
  });

  it('is found whole by its owner after a restart, and gone after a day of silence', async () => {
    const home = join(api.folder, 'other-home');
    const storeAddress = { settings: { kind: 'folder' as const }, folder: join(home, 'store'), cacheFolder: join(home, 'cache'), cacheLimitBytes: 1e9 };
    const start = async (freeBytes?: number) => {
      const server = createServer({ platform: api.platform, store: api.store, storeAddress, home, kinds: { queue: 'postgresql', store: 'folder' }, log: silentLog, dataRoots: null, modelSources: noSources, uploadLimitBytes: 1e6, dashboardFolder: home });
      return { server, ...(await server.listen(0)), freeBytes };
    };
    const headers = { ...member(), 'upload-length': '8' };
    const first = await start();
    const reply = await fetch(`${first.url}/api/uploads`, { method: 'POST', headers });
    checkExchange({ method: 'POST', target: '/api/uploads', status: reply.status, headers: reply.headers, body: await reply.text() });
    const path = reply.headers.get('location') ?? '';
    const patch = (url: string, offset: number, body: string) => fetch(url + path, { method: 'PATCH', headers: { ...member(), 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) }, body });
    assert.equal((await patch(first.url, 0, '0123')).status, 204);
    await first.server.close();

    const second = await start();
    assert.equal((await fetch(second.url + path, { method: 'HEAD', headers: member() })).headers.get('upload-offset'), '4');
    assert.equal((await patch(second.url, 4, '4567')).status, 204);
    const file = join(home, 'uploads', path.split('/').at(-1) ?? '');
    assert.equal(await readFile(file, 'utf8'), '01234567');
    await second.server.close();

    const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);
    for (const one of [file, `${file}.json`]) await utimes(one, hoursAgo(23), hoursAgo(23));
    const third = await start();
    await third.server.close();
    assert.equal((await readdir(join(home, 'uploads'))).length, 2);
    for (const one of [file, `${file}.json`]) await utimes(one, hoursAgo(25), hoursAgo(25));
    const fourth = await start();
    await until(async () => (await readdir(join(home, 'uploads'))).length === 0);
    await fourth.server.close();
  });
});
