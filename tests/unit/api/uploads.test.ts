import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createUploads, type Uploads } from '@eyegazer/api';
import type { Actor } from '@eyegazer/core';
import { silentLog } from '../../fixtures/silent-log.js';

const owner: Actor = { tokenId: null, name: 'this machine', role: 'admin' };
const gib = 1024 ** 3;

describe('uploads and the disk', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'eyegazer-uploads-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const open = (freeBytes: number): Uploads => createUploads({ home, limitBytes: 100 * gib, log: silentLog, readFreeBytes: async () => freeBytes });
  /** A request as Express has it, as far as it is looked at. */
  const ask = (method: string, id: string | null, headers: Record<string, string>): Parameters<Uploads['handle']>[0] => {
    const path = id === null ? '/api/uploads' : `/api/uploads/${id}`;
    return Object.assign(new PassThrough(), { method, path, params: { id }, get: (name: string) => ({ 'tus-resumable': '1.0.0', ...headers })[name] }) as unknown as Parameters<Uploads['handle']>[0];
  };
  const post = (byteLength: number): Parameters<Uploads['handle']>[0] => ask('POST', null, { 'upload-length': String(byteLength) });

  it('refuses what the disk has no room for, a gibibyte left alone', async () => {
    await assert.rejects(open(5 * gib).handle(post(4 * gib + 1), owner), { code: 'TOO_LARGE', message: /^The file has 4\.3 GB, and the disk of the server has room for 4\.3 GB\. Free some, or move EYEGAZER_HOME to a larger disk\.$/ });
    assert.deepEqual(readdirSync(join(home, 'uploads')), []);
    await open(5 * gib).handle(post(4 * gib), owner);
    assert.equal(readdirSync(join(home, 'uploads')).length, 2);
  });

  it('counts what was promised to uploads that are under way', async () => {
    const uploads = open(10 * gib);
    const { location = '' } = await uploads.handle(post(6 * gib), owner);
    await assert.rejects(uploads.handle(post(4 * gib), owner), { code: 'TOO_LARGE', message: /room for 3\.2 GB/ });
    await uploads.handle(post(2 * gib), owner);
    await uploads.remove(location.split('/').at(-1) ?? '');
    await uploads.handle(post(4 * gib), owner);
  });

  it('promises the same room to one only of two that begin at once', async () => {
    const uploads = open(10 * gib);
    const begun = await Promise.allSettled([uploads.handle(post(6 * gib), owner), uploads.handle(post(6 * gib), owner), uploads.handle(post(2 * gib), owner)]);
    assert.deepEqual(begun.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
  });

  it('waits for no bytes of a connection that broke before they were asked for', async () => {
    const uploads = open(10 * gib);
    const { location = '' } = await uploads.handle(post(8), owner);
    const id = location.split('/').at(-1) ?? '';
    const patch = () => ask('PATCH', id, { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' });
    const broken = patch();
    broken.destroy();
    await assert.rejects(uploads.handle(broken, owner));
    // Nothing is locked: it goes on at once.
    const whole = patch();
    whole.push('01234567');
    whole.push(null);
    assert.equal((await uploads.handle(whole, owner))['upload-offset'], '8');
  });

  it('finds an upload for an import only when it is whole, and only its owner', async () => {
    const uploads = open(10 * gib);
    const { location = '' } = await uploads.handle(post(5), owner);
    const id = location.split('/').at(-1) ?? '';
    await assert.rejects(uploads.find(id, owner), { code: 'CONFLICT', message: /^The upload of upload\.zip is not complete: 0 of 5 bytes are here\./ });
    await assert.rejects(uploads.find(id, { tokenId: 'other', name: 'other', role: 'admin' }), { code: 'NOT_FOUND' });
    await assert.rejects(uploads.find('../../etc/passwd', owner), { code: 'NOT_FOUND' });
  });
});
