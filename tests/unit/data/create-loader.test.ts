import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { trainingPieces, type BatchPiece, type LoadedPiece } from '@eyegazer/core';
import { createFundusDataset, createLoader, loadDatasetVersion, type DatasetVersion, type LoaderOptions } from '@eyegazer/data';
import type { PreprocessorConfig } from '@eyegazer/formats';
import { createTemporaryStore, type TemporaryStore } from './temporary-store.js';

const preprocessor: PreprocessorConfig = {
  size: { width: 224, height: 224 },
  centerCropFrom: null,
  resample: 'bilinear',
  doRescale: true,
  rescaleFactor: 1 / 255,
  doNormalize: true,
  imageMean: [0.5, 0.5, 0.5],
  imageStd: [0.5, 0.5, 0.5],
};
const size = 24;

describe('createLoader', () => {
  let store: TemporaryStore;
  let version: DatasetVersion;
  before(async () => {
    store = createTemporaryStore();
    const { version: { contentId } } = await createFundusDataset({ store, classCounts: [12, 9, 9, 9, 9], width: 32 });
    version = await loadDatasetVersion({ contentId, store });
  });
  after(() => store.dispose());

  const piecesOf = (microBatch: number, changes: object = {}): Iterable<BatchPiece> =>
    trainingPieces({
      sampleCount: version.train.length,
      labels: version.train.map(({ label }) => label ?? 0),
      effectiveBatch: 10,
      microBatch,
      epochs: 2,
      seed: 1,
      sampler: 'shuffle',
      ...changes,
    });
  const createIt = (changes: Partial<LoaderOptions> = {}) =>
    createLoader({ version, split: 'train', pieces: piecesOf(4), task: { kind: 'multiclass', loss: 'crossEntropy' }, imageSize: size, preprocessor, augment: 'standard', seed: 1, ...changes });
  const loadAll = async (changes: Partial<LoaderOptions> = {}): Promise<LoadedPiece[]> => {
    const loaded: LoadedPiece[] = [];
    for await (const piece of createIt(changes)) loaded.push(piece);
    return loaded;
  };
  /** One hash per sample, in order: update, position, target, pixels. */
  const digest = (pieces: LoadedPiece[]): string[] =>
    pieces.flatMap(({ update, positions, pixels, targets }) =>
      positions.map((position, i) => {
        const own = pixels.subarray(i * 3 * size * size, (i + 1) * 3 * size * size);
        return `${update} ${position} ${targets[i]} ${createHash('sha256').update(own).digest('hex')}`;
      }),
    );
  const threads = (): number => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;

  it('gives the pieces in order, with pixels and targets of their samples', async () => {
    const wanted = [...piecesOf(4)];
    const loaded = await loadAll();
    assert.deepEqual(loaded.map(({ pixels: _, targets: __, ...piece }) => piece), wanted);
    for (const { positions, pixels, targets } of loaded) {
      assert.equal(pixels.length, positions.length * 3 * size * size);
      assert.deepEqual([...targets], positions.map((position) => version.train[position]!.label));
      assert.ok(pixels.every((value) => value >= -1 && value <= 1));
    }
  });

  it('gives each sample the same pixels whatever the micro-batch, the threads, the cache and the start', async () => {
    const expected = digest(await loadAll());
    assert.deepEqual(digest(await loadAll({ pieces: piecesOf(10), threads: 2 })), expected);
    assert.deepEqual(digest(await loadAll({ pieces: piecesOf(1), aheadPieces: 1, memoryBytes: 0 })), expected);
    assert.deepEqual(digest(await loadAll({ pieces: piecesOf(3), threads: 3, memoryBytes: 3 * 3 * 32 * 32 * 3 })), expected);
    assert.deepEqual(digest(await loadAll({ pieces: piecesOf(4, { startUpdate: 5 }) })), expected.filter((line) => Number(line.split(' ')[0]) >= 5));
  });

  it('augments anew in each epoch and with each seed, and not at all with none', async () => {
    const pixelsOf = (lines: string[], epoch: number): Map<string, string> => {
      const perEpoch = lines.length / 2;
      return new Map(lines.slice(epoch * perEpoch, (epoch + 1) * perEpoch).map((line) => [line.split(' ')[1]!, line.split(' ')[3]!]));
    };
    const standard = digest(await loadAll());
    const other = digest(await loadAll({ seed: 2 }));
    const none = digest(await loadAll({ augment: 'none' }));
    for (const [position, pixels] of pixelsOf(standard, 0)) {
      assert.notEqual(pixelsOf(standard, 1).get(position), pixels);
      assert.notEqual(pixelsOf(other, 0).get(position), pixels);
      assert.equal(pixelsOf(none, 1).get(position), pixelsOf(none, 0).get(position));
    }
  });

  it('evaluates on the centre that the preprocessor cuts out, scaled to the image size', async () => {
    const cropping = { ...preprocessor, centerCropFrom: { shortestEdge: 298 } }; // at 24 pixels: from the image's own 32
    const [cropped] = await loadAll({ preprocessor: cropping, augment: 'none', pieces: piecesOf(1) });
    const [whole] = await loadAll({ preprocessor, augment: 'none', pieces: piecesOf(1), imageSize: 32 });
    const expected = Float32Array.from({ length: 3 * size * size }, (_, i) => {
      const [channel, y, x] = [Math.floor(i / size ** 2), Math.floor(i / size) % size, i % size];
      return whole!.pixels[channel * 32 ** 2 + (y + 4) * 32 + x + 4]!;
    });
    assert.deepEqual(cropped!.pixels, expected);
  });

  it('makes targets for binary and regression tasks, and NaN for images without label', async () => {
    const labels = (await loadAll()).flatMap(({ positions }) => positions.map((position) => version.train[position]!.label!));
    const binary = await loadAll({ task: { kind: 'binary', positive: [2, 3, 4] } });
    assert.deepEqual(binary.flatMap(({ targets }) => [...targets]), labels.map((label) => Number(label >= 2)));
    const unlabelled: DatasetVersion = { ...version, predict: version.eval.map((sample) => ({ ...sample, label: null })) };
    const predict = await loadAll({ version: unlabelled, split: 'predict', pieces: [{ update: 0, epoch: 0, positions: [0, 1], windowSize: 2, sampleWeights: [0.5, 0.5], endsWindow: true }] });
    assert.deepEqual([...predict[0]!.targets], [Number.NaN, Number.NaN]);
  });

  it('goes on loading while the consumer blocks the event loop, and counts the time waited', async () => {
    const block = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    const loader = createIt({ aheadPieces: 3 });
    let firstWait = 0;
    let count = 0;
    for await (const { positions } of loader) {
      assert.ok(positions.length > 0);
      if (count++ === 0) {
        firstWait = loader.dataWaitMs; // the threads' start
        block(600);
      } else block(60);
      if (count === 6) break;
    }
    assert.ok(firstWait > 0);
    const later = loader.dataWaitMs - firstWait;
    assert.ok(later < 150, `waited ${later} ms for five pieces that had 60 ms each`);
  });

  it('leaves no thread behind: at the end, after an early break, after an abort', async () => {
    const before = threads();
    await loadAll({ threads: 2 });
    assert.equal(threads(), before);
    for await (const { update } of createIt({ threads: 2 })) {
      assert.equal(update, 0);
      assert.equal(threads(), before + 2);
      break;
    }
    assert.equal(threads(), before);
    const controller = new AbortController();
    let seen = 0;
    await assert.rejects(
      async () => {
        for await (const { positions } of createIt({ signal: controller.signal })) {
          seen += positions.length;
          controller.abort();
        }
      },
      { code: 'CANCELLED' },
    );
    assert.equal(seen, 4); // the first piece
    assert.equal(threads(), before);
    await assert.rejects(loadAll({ signal: AbortSignal.abort() }), { code: 'CANCELLED' });
    assert.equal(threads(), before);
  });

  it('an abort also ends a wait', async () => {
    const controller = new AbortController();
    const iterator = createIt({ signal: controller.signal })[Symbol.asyncIterator]();
    const first = iterator.next();
    setImmediate(() => controller.abort()); // long before the thread is up
    await assert.rejects(first, { code: 'CANCELLED' });
  });

  it('names the image that broke: changed in the store, or never an image', async () => {
    const hit = version.train[7]!;
    const shardPath = join(store.folder, version.header.shards[0]!.sha256);
    const bytes = readFileSync(shardPath);
    const spoiled = Buffer.from(bytes).fill(0, hit.byteOffset, hit.byteOffset + hit.byteLength);
    const before = threads();
    writeFileSync(shardPath, spoiled);
    try {
      await assert.rejects(loadAll(), { code: 'CORRUPT_ARTIFACT', message: new RegExp(`image ${hit.id} `) });
      const sha256 = createHash('sha256').update(spoiled.subarray(hit.byteOffset, hit.byteOffset + hit.byteLength)).digest('hex');
      const train = version.train.map((sample) => (sample === hit ? { ...hit, sha256 } : sample));
      await assert.rejects(loadAll({ version: { ...version, train } }), { code: 'BAD_FILE', message: new RegExp(`Image ${hit.id}: Expected a PNG`) });
      assert.equal(threads(), before);
    } finally {
      writeFileSync(shardPath, bytes);
    }
  });

  it('reads pieces no further than it works ahead', async () => {
    let read = 0;
    function* counted(): Iterable<BatchPiece> {
      for (const piece of piecesOf(4)) {
        read++;
        yield piece;
      }
    }
    for await (const { update } of createIt({ pieces: counted(), aheadPieces: 2 })) {
      assert.equal(update, 0);
      break;
    }
    assert.equal(read, 3);
  });
});
