import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { augmentPresets, evaluationPieces } from '@eyegazer/core';
import { claimLock, createLoader, createPreparation, fillImageCache, trimImageCache, type DatasetVersion, type FilledCache } from '@eyegazer/data';
import { parsePreprocessorConfig } from '@eyegazer/formats';
import sharp from 'sharp';
import { createEncodedVersion } from './encoded-version.js';

const size = 16;
const preprocessor = { ...parsePreprocessorConfig({}, 'p.json'), size: { width: size, height: size } };
const preparations = { train: createPreparation(preprocessor, augmentPresets.fundus), eval: createPreparation(preprocessor, null) } as const;

describe('the cache of prepared images', () => {
  let folder: string;
  let cacheFolder: string;
  let version: DatasetVersion;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'eyegazer-images-'));
    cacheFolder = join(folder, 'cache');
    version = await createEncodedVersion({ folder, count: 40, evalCount: 10 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const fill = (split: 'train' | 'eval', changes: { version?: DatasetVersion; limitBytes?: number; threads?: number; signal?: AbortSignal; onProgress?: (progress: { done: number; total: number }) => void } = {}): Promise<FilledCache> =>
    fillImageCache({ cache: { folder: cacheFolder, limitBytes: changes.limitBytes ?? 1e9 }, version, split, preparation: preparations[split], threads: 2, ...changes });
  /** One hash per image of a split, as it comes out of the loader. */
  async function load(split: 'train' | 'eval', changes: { version?: DatasetVersion; cacheFolder?: string; threads?: number } = {}): Promise<string[]> {
    const sampleCount = (changes.version ?? version)[split].length;
    const loader = createLoader({
      version, split, pieces: evaluationPieces({ sampleCount, microBatch: 7 }), task: { kind: 'multiclass', loss: 'crossEntropy' },
      imageSize: size, preprocessor, augment: split === 'train' ? 'fundus' : 'none', seed: 3, ...changes,
    });
    const hashes: string[] = [];
    for await (const { pixels, positions } of loader) {
      for (let i = 0; i < positions.length; i++) hashes.push(createHash('sha256').update(pixels.subarray(i * 3 * size * size, (i + 1) * 3 * size * size)).digest('hex'));
    }
    return hashes;
  }
  const unreadable = (): DatasetVersion => ({ ...version, shardPath: async () => join(folder, 'no such shard') });
  const files = (end: string): string[] =>
    readdirSync(cacheFolder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith(end)).map(({ parentPath, name }) => join(parentPath, name)).sort();

  it('gives the pixels that originals give, to training and evaluation, and needs no original any more', async () => {
    for (const split of ['train', 'eval'] as const) {
      const expected = await load(split);
      const total = version[split].length;
      assert.equal(new Set(expected).size, total);
      assert.deepEqual(await fill(split), { total, cached: total, prepared: total, shortOf: null });
      assert.deepEqual(await load(split, { cacheFolder, version: unreadable() }), expected);
      assert.deepEqual(await load(split, { cacheFolder, version: unreadable(), threads: 3 }), expected);
    }
    assert.deepEqual([...files('.lock'), ...readdirSync(cacheFolder, { recursive: true }).filter((name) => String(name).includes('building'))], []);
  });

  it('prepares an image once for every version and fold that has it', async () => {
    await fill('train');
    const all = [...version.train, ...version.eval];
    const fold: DatasetVersion = { ...version, contentId: 'another', train: all.slice(8), eval: all.slice(0, 8) };
    assert.deepEqual(await fill('train', { version: fold }), { total: 32, cached: 32, prepared: 10, shortOf: null });
    assert.deepEqual(await fill('train', { version: { ...fold, train: [...all, ...all] } }), { total: 40, cached: 40, prepared: 0, shortOf: null });
  });

  it('says how far it is, up to the last image', async () => {
    const seen: number[] = [];
    await fill('train', { threads: 1, onProgress: ({ done, total }) => seen.push(done / total) });
    assert.equal(seen.at(-1), 1);
    assert.deepEqual(seen, seen.toSorted((a, b) => a - b));
  });

  it('reads nothing that is damaged: pixels, index or length; the next run makes it anew', async () => {
    const expected = await load('train');
    const spoil: Record<string, (path: string) => void> = {
      pixels: (path) => flipByte(path, 100),
      index: (path) => flipByte(path, statSync(path).size - 24 - 20),
      footer: (path) => flipByte(path, statSync(path).size - 1),
      'cut off': (path) => truncateSync(path, statSync(path).size - 60),
      empty: (path) => truncateSync(path, 0),
    };
    for (const [what, act] of Object.entries(spoil)) {
      await fill('train');
      const whole = files('.pixels');
      whole.forEach(act);
      assert.deepEqual(await load('train', { cacheFolder }), expected, what);
      const again = await fill('train');
      assert.deepEqual([again.cached, again.prepared], [30, 30], what);
      assert.deepEqual(await load('train', { cacheFolder, version: unreadable() }), expected, what);
    }
  });

  it('keeps to its limit: what has no room is decoded as before', async () => {
    const expected = await load('train');
    const filled = await fill('train', { limitBytes: 12_000, threads: 1 });
    assert.ok(filled.cached > 0 && filled.cached < 30 && filled.prepared === filled.cached, JSON.stringify(filled));
    assert.match(filled.shortOf ?? '', /no room/);
    assert.ok(files('.pixels').reduce((sum, path) => sum + statSync(path).size, 0) < 12_000 + 64 * 100);
    assert.deepEqual(await load('train', { cacheFolder }), expected);
  });

  it('makes room by what was used longest ago, never by what the run itself needs', async () => {
    await fill('eval');
    const evaluation = files('.pixels');
    await fill('train');
    const training = files('.pixels').filter((path) => !evaluation.includes(path));
    const daysAgo = (paths: string[], days: number): void => paths.forEach((path) => utimesSync(path, new Date(Date.now() - days * 864e5), new Date(Date.now() - days * 864e5)));
    daysAgo(evaluation, 3);
    daysAgo(training, 5);
    await fill('train'); // used now
    const bytes = training.reduce((sum, path) => sum + statSync(path).size, 0);
    await trimImageCache({ folder: cacheFolder, limitBytes: bytes });
    assert.deepEqual(files('.pixels'), training);
    daysAgo(training.slice(0, 1), 1);
    await trimImageCache({ folder: cacheFolder, limitBytes: 0, keepSince: new Date(Date.now() - 60_000) });
    assert.deepEqual(files('.pixels'), training.slice(1));
  });

  it('takes no room from what the same run has just looked up', async () => {
    await fill('eval');
    const evaluation = files('.pixels');
    const bytes = evaluation.reduce((sum, path) => sum + statSync(path).size, 0);
    const filled = await fill('train', { limitBytes: bytes });
    assert.deepEqual([filled.cached, files('.pixels')], [0, evaluation]);
    const yesterday = new Date(Date.now() - 864e5);
    evaluation.forEach((path) => utimesSync(path, yesterday, yesterday));
    assert.ok((await fill('train', { limitBytes: bytes })).cached > 0);
    assert.ok(files('.pixels').length > 0 && evaluation.some((path) => !files('.pixels').includes(path)));
  });

  it('removes what a killed process was making, but not what a living one is', async () => {
    await fill('eval');
    const inside = join(cacheFolder, readdirSync(cacheFolder)[0]!);
    for (const name of ['building-old', 'building-new', '07.lock']) writeFileSync(join(inside, name), 'half');
    for (const name of ['building-old', '07.lock']) utimesSync(join(inside, name), new Date(Date.now() - 120_000), new Date(Date.now() - 120_000));
    const whole = files('.pixels');
    await trimImageCache({ folder: cacheFolder, limitBytes: 1e9 });
    assert.deepEqual(readdirSync(inside).filter((name) => !name.endsWith('.pixels')), ['building-new']);
    assert.deepEqual(files('.pixels'), whole);
  });

  it('is no reason to fail when it cannot be written to', async () => {
    writeFileSync(cacheFolder, 'a file where the folder should be');
    const filled = await fill('train');
    assert.deepEqual([filled.cached, filled.prepared], [0, 0]);
    assert.match(filled.shortOf ?? '', /cannot be kept in/);
    assert.equal((await load('train', { cacheFolder })).length, 30);
  });

  it('takes originals that cannot be had for no fault of its own', async () => {
    const unplugged = Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect', code: 'ECONNREFUSED' });
    await assert.rejects(fill('train', { version: { ...version, shardPath: () => Promise.reject(unplugged) } }), unplugged);
  });

  it('asks a store for few shards at once, and for no more after an abort', async () => {
    const path = await version.shardPath(0);
    let [asked, open, most] = [0, 0, 0];
    const shardPath = async (): Promise<string> => {
      asked++;
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      return path;
    };
    const shards = Array.from({ length: 90 }, () => version.header.shards[0]!);
    const large: DatasetVersion = { ...version, header: { ...version.header, shards }, shardPath };
    await fill('train', { version: large });
    await load('train', { version: large, cacheFolder });
    assert.deepEqual([asked, most <= 8], [180, true], `${most} at once`);
    const controller = new AbortController();
    asked = 0;
    const filling = fill('eval', { version: { ...large, shardPath: () => (controller.abort(), shardPath()) }, signal: controller.signal });
    await assert.rejects(filling, { code: 'CANCELLED' });
    assert.ok(asked < 10, `${asked} shards`);
  });

  it('goes on where it was after an abort', async () => {
    const controller = new AbortController();
    await assert.rejects(fill('train', { threads: 1, signal: controller.signal, onProgress: ({ done }) => done >= 5 && controller.abort() }), { code: 'CANCELLED' });
    const before = files('.pixels').length;
    const { cached, prepared } = await fill('train');
    assert.equal(cached, 30);
    assert.ok(before > 0 && prepared < 30, `${prepared} prepared again`);
  });

  it('makes nothing after an abort that comes before its threads', async () => {
    const controller = new AbortController();
    const filling = fill('train', { signal: controller.signal });
    controller.abort();
    await assert.rejects(filling, { code: 'CANCELLED' });
    assert.deepEqual(files(''), []);
  });

  it('keeps nothing that other decoders made', async () => {
    await fill('train');
    const { vips } = sharp.versions;
    try {
      Object.assign(sharp.versions, { vips: '0.0.0' });
      assert.equal((await fill('train')).prepared, 30);
    } finally {
      Object.assign(sharp.versions, { vips });
    }
    assert.equal((await fill('train')).prepared, 0);
  });

  it('keeps no image whose bytes are not the imported ones, even if they can be decoded', async () => {
    const [first, second, ...others] = version.train;
    const { byteOffset, byteLength } = second!;
    await assert.rejects(fill('train', { version: { ...version, train: [{ ...first!, byteOffset, byteLength }, ...others] } }), { code: 'CORRUPT_ARTIFACT', message: /image-0/ });
  });

  it('names an image that is none', async () => {
    const [hit] = version.train;
    const path = await version.shardPath(0);
    const bytes = readFileSync(path).fill(0, hit!.byteOffset, hit!.byteOffset + hit!.byteLength);
    writeFileSync(path, bytes);
    await assert.rejects(fill('train'), { code: 'CORRUPT_ARTIFACT', message: /image-0/ });
  });
});

describe('the lock of a bucket', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eyegazer-lock-'));
    path = join(folder, '01.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const age = (ms: number): void => utimesSync(path, new Date(Date.now() - ms), new Date(Date.now() - ms));

  it('is one owner\'s until it is released', () => {
    const lock = claimLock(path);
    assert.ok(lock);
    assert.equal(claimLock(path), null);
    lock.release();
    const next = claimLock(path);
    assert.ok(next);
    next.release();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('is taken over from an owner that touches it no more, by one alone', () => {
    writeFileSync(path, '');
    age(9000);
    assert.equal(claimLock(path), null);
    age(11_000);
    const lock = claimLock(path);
    assert.ok(lock);
    assert.equal(claimLock(path), null);
    lock.release();
    assert.deepEqual(readdirSync(folder), []);
  });
});

function flipByte(path: string, at: number): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.from([byte[0]! ^ 1]), 0, 1, at);
  closeSync(file);
}
