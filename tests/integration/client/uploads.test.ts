import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { createApiClient, type ApiClient, type UploadMemory } from '@eyegazer/client';
import { openZipSource } from '@eyegazer/data';
import sharp from 'sharp';
import { directoryEnd, directoryEntry, localHeader } from '../../fixtures/zip-archive.js';
import { startUploadGateway } from '../../fixtures/upload-gateway.js';
import { until } from '../../until.js';
import { useApi } from '../api/api-world.js';

const hugeBytes = 2 ** 31;

describe('client: uploads', function () {
  this.timeout(180_000);
  const api = useApi();
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-upload-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('sends 2 GB through a connection that is cut in the middle, in little memory; every byte arrives and is imported', async () => {
    const archive = join(folder, 'huge.zip');
    await writeSparseArchive(archive);
    const { size } = await stat(archive);
    assert.ok(size > hugeBytes);
    const gateway = await startUploadGateway(api.url, { cutAtBytes: [400e6, 900e6] });
    try {
      const client = createApiClient({ baseUrl: gateway.url });
      const before = process.memoryUsage().rss;
      let [highest, last] = [0, 0];
      const id = await client.uploadFile(createReadStream(archive), {
        fileName: 'huge.zip',
        pausesMs: [0, 10, 10, 100],
        onProgress: (sent, total) => {
          assert.equal(total, size);
          last = sent;
          highest = Math.max(highest, process.memoryUsage().rss);
        },
      });
      assert.equal(last, size);
      assert.equal(gateway.cuts, 2);
      // What had arrived was not sent again: a cut loses only what was under way.
      assert.ok(gateway.sentBytes < size + 64e6, `${gateway.sentBytes} bytes were sent for ${size}`);
      assert.ok(highest - before < 400e6, `memory grew by ${Math.round((highest - before) / 1e6)} MB`);
      const uploaded = join(api.folder, 'uploads', id);
      assert.equal((await stat(uploaded)).size, size);
      const source = await openZipSource({ file: uploaded, name: 'huge.zip', workFolder: folder });
      assert.deepEqual(source.files.map(({ path, byteLength }) => [path, byteLength === hugeBytes]), [['cats/a.png', false], ['cats/b.png', false], ['dogs/c.png', false], ['dogs/d.png', false], ['padding.bin', true]]);
      await source.close();

      const { id: datasetId } = await client.createDataset({ name: 'huge', source: { kind: 'upload', uri: id } });
      const dataset = await until(async () => {
        const found = await client.getDataset(datasetId);
        return found.state !== 'importing' && found;
      }, 60_000);
      assert.equal(dataset.state, 'ready', JSON.stringify(dataset.error));
      assert.deepEqual([dataset.latest?.classNames, dataset.report?.sampleCount], [['cats', 'dogs'], 4]);
      await until(async () => (await readdir(join(api.folder, 'uploads'))).length === 0);
    } finally {
      await gateway.close();
    }
  });

  it('goes on with what another try has sent, and sends nothing again that is there', async () => {
    const file = join(folder, 'twice.zip');
    const handle = await open(file, 'w');
    await handle.truncate(20e6);
    await handle.close();
    const memory = createMemory();
    const giveUp = new AbortController();
    const send = (client: ApiClient, onProgress: (sent: number) => void, signal?: AbortSignal): Promise<string> =>
      client.uploadFile(createReadStream(file, { highWaterMark: 64 * 1024 }), { fileName: 'twice.zip', memory, onProgress, signal });
    const gateway = await startUploadGateway(api.url, { cutAtBytes: [], holdAtBytes: 8e6 });
    try {
      const client = createApiClient({ baseUrl: gateway.url });
      gateway.whenHeld(() => giveUp.abort(new Error('enough')));
      await assert.rejects(send(client, () => undefined, giveUp.signal), { message: 'enough' });
      const sentBefore = gateway.sentBytes;
      gateway.release();
      const offsets: number[] = [];
      const id = await send(client, (sent) => offsets.push(sent));
      assert.ok((offsets[0] ?? 0) > 1e6, `went on from ${offsets[0]}`);
      assert.ok(gateway.sentBytes - sentBefore < 20e6);
      assert.deepEqual(await client.getUpload(id), { id, fileName: 'twice.zip', byteLength: 20e6, receivedBytes: 20e6 });
      assert.equal(await send(client, () => undefined), id);
      await client.deleteUpload(id);
      assert.notEqual(await send(client, () => undefined), id);
    } finally {
      await gateway.close();
    }
  });

  it('sends nothing once it is aborted, however early', async () => {
    const file = join(folder, 'unwanted.zip');
    const handle = await open(file, 'w');
    await handle.truncate(1e6);
    await handle.close();
    const client = createApiClient({ baseUrl: api.url });
    const begun = async (): Promise<number> => (await readdir(join(api.folder, 'uploads'))).length;
    const before = await begun();
    const looking = new AbortController();
    const slow: UploadMemory = {
      ...createMemory(),
      async findUploadsByFingerprint() {
        looking.abort(new Error('unwanted'));
        // What nobody waits for yet must not be an error of the process.
        await new Promise((resolve) => setImmediate(resolve));
        return [];
      },
    };
    await assert.rejects(client.uploadFile(createReadStream(file), { fileName: 'unwanted.zip', memory: slow, signal: looking.signal }), { message: 'unwanted' });
    const opening = new AbortController();
    const quick: UploadMemory = {
      ...createMemory(),
      async findUploadsByFingerprint() {
        // After the upload has been started, and before the library has opened the file.
        setImmediate(() => opening.abort(new Error('unwanted')));
        return [];
      },
    };
    await assert.rejects(client.uploadFile(createReadStream(file), { fileName: 'unwanted.zip', memory: quick, signal: opening.signal }), { message: 'unwanted' });
    // What was begun all the same would have been by the time of another whole one.
    await client.deleteUpload(await client.uploadFile(createReadStream(file), { fileName: 'wanted.zip' }));
    assert.equal(await begun(), before);
  });

  it('says what the server refuses, and that it is out of reach', async () => {
    const file = join(folder, 'large.zip');
    const handle = await open(file, 'w');
    await handle.truncate(3e9 + 1);
    await handle.close();
    await assert.rejects(createApiClient({ baseUrl: api.url }).uploadFile(createReadStream(file), { fileName: 'large.zip' }), { code: 'TOO_LARGE', message: /at most 3\.0 GB \(EYEGAZER_UPLOAD_GB\)/ });
    await assert.rejects(createApiClient({ baseUrl: 'http://127.0.0.1:1' }).uploadFile(createReadStream(file), { fileName: 'large.zip', pausesMs: [0] }), { code: 'UNAVAILABLE', message: /goes on where it stopped/ });
  });
});

/** Four images around 2 GB of zeros, which take no room on disk. */
async function writeSparseArchive(path: string): Promise<void> {
  const image = (red: number): Promise<Buffer> => sharp({ create: { width: 32, height: 24, channels: 3, background: { r: red, g: 60, b: 20 } } }).png().toBuffer();
  const zeros = Buffer.alloc(16 * 1024 * 1024);
  let zerosCrc = 0;
  for (let done = 0; done < hugeBytes; done += zeros.byteLength) zerosCrc = crc32(zeros, zerosCrc);
  const parts = [
    { name: 'cats/a.png', bytes: await image(200) },
    { name: 'dogs/c.png', bytes: await image(90) },
    { name: 'padding.bin', bytes: null },
    { name: 'cats/b.png', bytes: await image(160) },
    { name: 'dogs/d.png', bytes: await image(20) },
  ];
  const file = await open(path, 'w');
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of parts) {
    const byteLength = bytes?.byteLength ?? hugeBytes;
    const facts = { name: Buffer.from(name), method: 0, crc: bytes ? crc32(bytes) : zerosCrc, byteLength, compressedLength: byteLength };
    const header = localHeader(facts);
    await file.write(header, 0, header.byteLength, offset);
    if (bytes) await file.write(bytes, 0, bytes.byteLength, offset + header.byteLength);
    entries.push(directoryEntry({ ...facts, headerOffset: offset }));
    offset += header.byteLength + byteLength;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.concat([directory, directoryEnd({ count: parts.length, byteLength: directory.byteLength, offset })]);
  await file.write(end, 0, end.byteLength, offset);
  await file.close();
}

/** Notes uploads as a browser's storage does. */
function createMemory(): UploadMemory {
  const entries = new Map<string, Awaited<ReturnType<UploadMemory['findAllUploads']>>[number]>();
  return {
    findAllUploads: async () => [...entries.values()],
    findUploadsByFingerprint: async (fingerprint) => [...entries].filter(([key]) => key.startsWith(fingerprint)).map(([, upload]) => upload),
    removeUpload: async (key) => void entries.delete(key),
    addUpload: async (fingerprint, upload) => {
      const key = `${fingerprint} ${entries.size}`;
      entries.set(key, { ...upload, urlStorageKey: key });
      return key;
    },
  };
}
