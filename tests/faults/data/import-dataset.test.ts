import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandomKey, randomUint32, randomUniform, type ImportProgress } from '@eyegazer/core';
import type { ImportedDataset } from '@eyegazer/data';
import { createFolderStore } from '@eyegazer/platform';
import sharp from 'sharp';
import { importFolder } from '../../fixtures/import-folder.js';
import { listStored } from '../../integration/api/api-world.js';

const count = 48;
/** 4.3 MB each: four shards of at most 64 MB. */
const [width, height] = [1600, 900];
const split = { kind: 'stratified', holdout: 0.25, seed: 1 } as const;

type Message = { progress: ImportProgress } | { imported: ImportedDataset };

describe('an import that is killed', function () {
  this.timeout(600_000);
  let folder: string;
  let eyes: string;
  let whole: ImportedDataset;
  let wholeStore: string[];
  const children: ChildProcess[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'eyegazer-import-faults-'));
    eyes = join(folder, 'eyes');
    mkdirSync(join(eyes, 'train_images'), { recursive: true });
    for (let i = 0; i < count; i++) {
      const key = createRandomKey(i, 'pixels');
      const small = Uint8Array.from({ length: 16 * 9 * 3 }, (_, at) => randomUint32(key, at) % 256);
      const image = sharp(small, { raw: { width: 16, height: 9, channels: 3 } }).resize(width, height, { kernel: 'nearest' });
      writeFileSync(join(eyes, 'train_images', `image${String(i).padStart(3, '0')}.tif`), await image.tiff({ compression: 'none' }).toBuffer());
    }
    writeFileSync(join(eyes, 'train.csv'), ['id_code,diagnosis', ...Array.from({ length: count }, (_, i) => `image${String(i).padStart(3, '0')},${i % 2}`), ''].join('\n'));
    const store = await createFolderStore({ folder: join(folder, 'whole') });
    whole = await importFolder(eyes, { store, split });
    wholeStore = await listStored(store);
    assert.equal(wholeStore.length, 4 + 3);
  });
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** One run; killed when it says what `isTime` is true of, or so long after it began. */
  async function run(name: string, { isTime = () => false, killAfterMs }: { isTime?: (progress: ImportProgress) => boolean; killAfterMs?: number } = {}): Promise<{ imported: ImportedDataset | null; began: number; tookMs: number }> {
    const child = fork(fileURLToPath(new URL('./import-child.ts', import.meta.url)), [eyes, join(folder, name, 'store'), join(folder, name, 'work')], { execArgv: ['--import', 'tsx'] });
    children.push(child);
    const reading: number[] = [];
    let imported: ImportedDataset | null = null;
    let beganAt = 0;
    child.on('message', (message: Message) => {
      if ('imported' in message) return void (imported = message.imported);
      const { phase, done } = message.progress;
      if (phase === 'scanning') {
        beganAt = performance.now();
        if (killAfterMs !== undefined) void setTimeout(killAfterMs).then(() => child.kill('SIGKILL'));
      }
      if (phase === 'reading') reading.push(done);
      if (isTime(message.progress)) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('close', resolve));
    return { imported, began: reading[0] ?? 0, tookMs: performance.now() - beganAt };
  }
  const prepare = (name: string): void => void mkdirSync(join(folder, name, 'work'), { recursive: true });
  async function assertSame(name: string, imported: ImportedDataset | null): Promise<void> {
    assert.deepEqual(imported, whole);
    const store = await createFolderStore({ folder: join(folder, name, 'store') });
    await store.sweepUploads();
    assert.deepEqual(await listStored(store), wholeStore, 'nothing is there that an uninterrupted import has not');
    assert.equal(readdirSync(join(folder, name, 'work')).length, 1, 'one journal, no other file');
  }

  it('goes on from its last shard each time, and comes to the very same index, audit and version', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const key = createRandomKey(seed, 'kills');
    prepare('timed');
    const { tookMs } = await run('timed');
    prepare('killed');
    // The first shard, of fourteen images, is in the store and in the journal before the second is closed.
    const first = await run('killed', { isTime: ({ phase, done }) => phase === 'reading' && done >= 30 });
    let { imported, began }: { imported: ImportedDataset | null; began: number } = first;
    assert.ok(!imported);
    for (let kills = 0; kills < 8 && imported === null; kills++) {
      const before = began;
      ({ imported, began } = await run('killed', { killAfterMs: tookMs * randomUniform(key, kills) }));
      // Nothing is said by one that is killed before it reads.
      assert.ok(began === 0 || began >= Math.max(before, 14), `went back from ${before} to ${began} (seed ${seed})`);
    }
    if (imported === null) {
      ({ imported, began } = await run('killed'));
      assert.ok(began >= 14, `began at ${began} (seed ${seed})`);
    }
    await assertSame('killed', imported);
  });

  it('believes no journal that was cut off, spoiled, or written for other files', async () => {
    prepare('spoiled');
    const work = join(folder, 'spoiled', 'work');
    const store = await createFolderStore({ folder: join(folder, 'spoiled', 'store') });
    await importFolder(eyes, { store, split, workFolder: work });
    const journal = (): string => join(work, readdirSync(work)[0] ?? '');
    truncateSync(journal(), statSync(journal()).size - 100);
    const cutOff = await run('spoiled');
    assert.ok(cutOff.began > 0 && cutOff.began < count, `began at ${cutOff.began}`);
    await assertSame('spoiled', cutOff.imported);
    // A shard that rotted is read again, and everything after it.
    const [, line = ''] = readFileSync(journal(), 'utf8').split('\n');
    const { sha256 } = JSON.parse(line.slice(line.indexOf(' '))) as { sha256: string };
    truncateSync(await store.localPath(sha256), 1000);
    const rotten = await run('spoiled');
    assert.equal(rotten.began, 0);
    await assertSame('spoiled', rotten.imported);
    // A file that was written again since is another one.
    utimesSync(join(eyes, 'train_images', 'image000.tif'), new Date(), new Date());
    const changed = await run('spoiled');
    assert.equal(changed.began, 0);
    await assertSame('spoiled', changed.imported);
  });
});
