/**
 * Gateways over a file system (versitygw 1.7, for one) answer a copy of an object onto itself by writing headers beside the file,
 * which stays as old as it was. The collector of garbage goes by that age. No such gateway is at hand: this one does just that.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactStore } from '@eyegazer/core';
import { openStore } from '@eyegazer/platform';
import { silentLog } from '../../fixtures/silent-log.js';

const bytes = Buffer.from('put long ago');
const sha256 = createHash('sha256').update(bytes).digest('hex');

describe('an S3 store whose copies keep their age', () => {
  let server: Server;
  let folder: string;
  let store: ArtifactStore;
  let modifiedAt: Date;
  let sent: string[];

  before(async () => {
    server = createServer((request, response) => {
      request.resume();
      const isCopy = request.headers['x-amz-copy-source'] !== undefined;
      sent.push(isCopy ? 'COPY' : (request.method ?? ''));
      if (request.method === 'PUT' && !isCopy) modifiedAt = new Date();
      response.setHeader('last-modified', modifiedAt.toUTCString());
      if (request.method === 'HEAD') response.setHeader('content-length', bytes.byteLength);
      response.end(isCopy ? `<CopyObjectResult><ETag>"x"</ETag><LastModified>${modifiedAt.toISOString()}</LastModified></CopyObjectResult>` : undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-ages-'));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
    store = await openStore({ kind: 's3', endpoint, bucket: 'bucket', prefix: '', region: 'us-east-1', credentials, downloads: 'proxied' }, { folder, cacheFolder: folder, cacheLimitBytes: 1e9, log: silentLog });
  });
  beforeEach(() => {
    sent = [];
    modifiedAt = new Date(Date.now() - 3_600_000);
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is sent bytes again that it would leave old', async () => {
    await store.put(bytes);
    assert.ok(sent.includes('PUT'));
    assert.ok(Date.now() - modifiedAt.getTime() < 60_000);
  });

  it('says of a refresh that the bytes have to be put', async () => {
    assert.equal(await store.refresh(sha256), null);
  });

  it('is sent nothing twice within a minute', async () => {
    modifiedAt = new Date();
    await store.put(bytes);
    assert.ok(!sent.includes('PUT'));
    assert.deepEqual(await store.refresh(sha256), { byteLength: bytes.byteLength });
  });
});
