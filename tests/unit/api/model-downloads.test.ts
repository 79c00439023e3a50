import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImportRuns, createModelDownloads, type ModelDownloadsOptions } from '@eyegazer/api';
import { silentLog } from '../../fixtures/silent-log.js';

describe('what downloads of base models leave', () => {
  let home = '';
  beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), 'eyegazer-downloads-'))));
  afterEach(() => rm(home, { recursive: true, force: true }));

  it('goes when its model is ready or gone, and with it nothing that was never a download', async () => {
    const [wanted, gone] = ['0123456789abcdef', 'ffffffffffffffff'];
    for (const name of [wanted, gone, 'retina-2024']) {
      await mkdir(join(home, 'imports', name, 'parts'), { recursive: true });
      await writeFile(join(home, 'imports', name, 'parts', 'file'), 'bytes');
    }
    await writeFile(join(home, 'imports', 'notes.txt'), 'mine');
    const asked: string[] = [];
    const downloads = createModelDownloads({
      modelImports: {
        failInterrupted: () => Promise.resolve(0),
        findUnfinished: (ids: readonly string[]) => {
          asked.push(...ids);
          return Promise.resolve(ids.filter((id) => id === wanted));
        },
      } as unknown as ModelDownloadsOptions['modelImports'],
      models: {} as ModelDownloadsOptions['models'],
      runs: createImportRuns({ log: silentLog }),
      storeAddress: { settings: { kind: 'folder' }, folder: home, cacheFolder: home, cacheLimitBytes: 1 },
      home,
      sources: { hub: { endpoint: 'http://127.0.0.1:1', token: null }, buckets: { endpoint: null, region: 'us-east-1', credentials: null } },
      log: silentLog,
    });
    await downloads.watchAbandoned();
    downloads.close();
    assert.deepEqual((await readdir(join(home, 'imports'))).sort(), [wanted, 'notes.txt', 'retina-2024'].sort());
    assert.equal(await readFile(join(home, 'imports', 'retina-2024', 'parts', 'file'), 'utf8'), 'bytes');
    assert.deepEqual(asked.sort(), [wanted, gone].sort());
  });
});
