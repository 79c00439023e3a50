import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { materializeModel, sweepCaches } from '@eyegazer/worker';
import { silentLog } from '../../fixtures/silent-log.js';
import { createTemporaryStore, type TemporaryStore } from '../data/temporary-store.js';

describe('sweeping the caches of a worker', () => {
  let home: string;
  let models: string;
  let store: TemporaryStore;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-caches-'));
    models = join(home, 'cache', 'models');
    store = createTemporaryStore();
  });
  afterEach(async () => {
    store.dispose();
    await rm(home, { recursive: true });
  });

  const sweep = (limitBytes: number) => sweepCaches({ home, limitBytes, log: silentLog });
  /** A model of 1000 bytes that was used on that day of January 2026. */
  async function use(name: string, day: number): Promise<string> {
    const files = [{ name: 'model.safetensors', ...(await store.put(Buffer.alloc(1000, name))) }];
    const folder = await materializeModel({ files, store, folder: models });
    const at = new Date(Date.UTC(2026, 0, day));
    await utimes(folder, at, at);
    return basename(folder);
  }

  it('finds nothing in a new home', async () => {
    await sweep(1e9);
    assert.deepEqual(await readdir(models), []);
  });

  it('removes what killed trainers were making, and nothing that is whole', async () => {
    const whole = await use('a', 1);
    await mkdir(join(models, 'building-x7Zq1a'));
    await writeFile(join(models, 'building-x7Zq1a', 'config.json'), '{');
    await mkdir(join(home, 'cache', 'bundles', 'bundle-1'), { recursive: true });
    await sweep(1e9);
    assert.deepEqual(await readdir(models), [whole]);
    assert.deepEqual(await readdir(join(home, 'cache')), ['models']);
  });

  it('removes the prepared images used longest ago beyond the limit', async () => {
    const folder = join(home, 'cache', 'images', 'some-preparation');
    await mkdir(folder, { recursive: true });
    for (const [name, day] of [['01-a.pixels', 2], ['02-b.pixels', 1], ['03-c.pixels', 3]] as const) {
      await writeFile(join(folder, name), Buffer.alloc(1000));
      const at = new Date(Date.UTC(2026, 0, day));
      await utimes(join(folder, name), at, at);
    }
    await sweep(2500);
    assert.deepEqual(await readdir(folder), ['01-a.pixels', '03-c.pixels']);
  });

  it('removes the models used longest ago beyond the limit', async () => {
    const first = await use('a', 3);
    await use('b', 1);
    const third = await use('c', 2);
    await sweep(2500);
    assert.deepEqual((await readdir(models)).sort(), [first, third].sort());
    await sweep(2000);
    assert.equal((await readdir(models)).length, 2);
    await sweep(999);
    assert.deepEqual(await readdir(models), []);
  });

  it('counts the use of a model that is there already', async () => {
    const old = await use('a', 1);
    await use('b', 2);
    await materializeModel({ files: [{ name: 'model.safetensors', ...(await store.put(Buffer.alloc(1000, 'a'))) }], store, folder: models });
    await sweep(1000);
    assert.deepEqual(await readdir(models), [old]);
  });
});
