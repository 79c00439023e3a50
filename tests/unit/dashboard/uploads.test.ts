import assert from 'node:assert/strict';
import { createDatasetSchema, type CreateDataset } from '@eyegazer/core';
import { createUploads, type KeptUpload, type Uploads } from '../../../apps/dashboard/src/features/datasets/api/uploads.js';

/** Uploads to nowhere: a test says what arrives, and when. */
function createWorld(kept: KeptUpload[] = []) {
  const world = {
    now: 0,
    stored: kept,
    sends: [] as { file: File; signal: AbortSignal; onBegin: (id: string) => void; onProgress: (bytes: number) => void; done: (id: string) => void; fail: (error: Error) => void }[],
    started: [] as CreateDataset[],
    forgotten: [] as string[],
    refuse: null as Error | null,
  };
  const uploads = createUploads({
    send: (file, { onBegin, onProgress, signal }) =>
      new Promise((done, fail) => {
        signal.addEventListener('abort', () => fail(signal.reason as Error));
        world.sends.push({ file, signal, onBegin, onProgress, done, fail });
      }),
    forget: async (id) => void world.forgotten.push(id),
    start: async (request) => {
      if (world.refuse) throw world.refuse;
      world.started.push(request);
    },
    kept: { read: () => world.stored, write: (next) => (world.stored = next) },
    now: () => world.now,
  });
  return { world, uploads };
}

const request = (name: string): CreateDataset => createDatasetSchema.parse({ name, source: { kind: 'upload', uri: 'not uploaded yet' } });
const file = new File([new Uint8Array(1000)], 'eyes.zip');
const settle = (): Promise<void> => new Promise((done) => setImmediate(done));
const only = (uploads: Uploads) => uploads.list()[0] ?? assert.fail('no upload');

describe('uploads', () => {
  it('asks for the import by the id that the upload got, and is gone', async () => {
    const { world, uploads } = createWorld();
    uploads.begin(file, request('eyes'));
    world.sends[0]?.done('u1');
    await settle();
    assert.deepEqual(world.started.map(({ name, source }) => [name, source]), [['eyes', { kind: 'upload', uri: 'u1' }]]);
    assert.deepEqual([uploads.list(), world.stored], [[], []]);
  });

  it('measures its speed over the last five seconds', () => {
    const { world, uploads } = createWorld();
    uploads.begin(file, request('eyes'));
    const at = (now: number, bytes: number): number | null => {
      world.now = now;
      world.sends[0]?.onProgress(bytes);
      return only(uploads).bytesPerSecond;
    };
    assert.equal(at(0, 0), null);
    assert.equal(at(100, 50), null, 'too early to say');
    assert.equal(at(1000, 100), 100);
    assert.equal(at(2000, 400), 200);
    assert.equal(at(6500, 500), (500 - 400) / 4.5, 'what was before is forgotten');
    assert.equal(only(uploads).sentBytes, 500);
  });

  it('pauses and goes on with the same file', async () => {
    const { world, uploads } = createWorld();
    uploads.begin(file, request('eyes'));
    const { key } = only(uploads);
    uploads.pause(key);
    await settle();
    assert.equal(only(uploads).state, 'paused');
    assert.equal(world.sends[0]?.signal.aborted, true);
    uploads.resume(key);
    assert.equal(only(uploads).state, 'sending');
    assert.equal(world.sends[1]?.file, file);
    world.sends[1]?.done('u2');
    await settle();
    assert.equal(world.started.length, 1);
  });

  it('shows why it failed and tries again; what is there already is not sent twice', async () => {
    const { world, uploads } = createWorld();
    uploads.begin(file, request('eyes'));
    world.sends[0]?.fail(new Error('disk full'));
    await settle();
    assert.deepEqual([only(uploads).state, (only(uploads).error as Error).message], ['failed', 'disk full']);
    world.refuse = new Error('taken');
    uploads.resume(only(uploads).key);
    world.sends[1]?.done('u3');
    await settle();
    assert.equal((only(uploads).error as Error).message, 'taken');
    world.refuse = null;
    uploads.resume(only(uploads).key);
    await settle();
    assert.deepEqual([world.sends.length, world.started[0]?.source.uri, uploads.list().length], [2, 'u3', 0]);
  });

  it('is remembered over a reload until its file is chosen again, and takes no other', async () => {
    const before = createWorld();
    before.uploads.begin(file, request('eyes'));
    before.world.sends[0]?.onProgress(420);
    before.uploads.close();
    const { world, uploads } = createWorld(before.world.stored);
    assert.deepEqual([only(uploads).state, only(uploads).sentBytes], ['lost', 420]);
    const { key } = only(uploads);
    uploads.resume(key);
    assert.equal(world.sends.length, 0, 'there is nothing to send');
    assert.match(uploads.chooseAgain(key, new File([new Uint8Array(999)], 'eyes.zip')) ?? '', /another size/);
    assert.match(uploads.chooseAgain(key, new File([new Uint8Array(1000)], 'other.zip')) ?? '', /got other\.zip/);
    assert.equal(uploads.chooseAgain(key, file), null);
    world.sends[0]?.done('u4');
    await settle();
    assert.deepEqual(world.started.map(({ source }) => source.uri), ['u4']);
  });

  it('forgets one that is not wanted, on the server too, and imports nothing', async () => {
    const { world, uploads } = createWorld();
    uploads.begin(file, request('eyes'));
    world.sends[0]?.onBegin('u5');
    uploads.discard(only(uploads).key);
    await settle();
    assert.deepEqual([uploads.list(), world.forgotten, world.started, world.sends[0]?.signal.aborted], [[], ['u5'], [], true]);
  });

  it('forgets one after a reload by the id that it had', async () => {
    const before = createWorld();
    before.uploads.begin(file, request('eyes'));
    before.world.sends[0]?.onBegin('u6');
    const { world, uploads } = createWorld(before.world.stored);
    uploads.discard(only(uploads).key);
    await settle();
    assert.deepEqual([world.forgotten, world.stored], [['u6'], []]);
  });

  it('takes the newest of two choices for one name', async () => {
    const { world, uploads } = createWorld();
    uploads.begin(file, request('eyes'));
    world.now = 5;
    uploads.begin(file, request('eyes'));
    await settle();
    assert.deepEqual([uploads.list().length, world.sends[0]?.signal.aborted, world.sends[1]?.signal.aborted], [1, true, false]);
  });
});
