import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatasetImports, type DatasetImports, type DatasetImportsOptions } from '@eyegazer/api';
import { AppError, createDatasetSchema, type Actor, type CreateDataset, type DatasetWire, type ErrorRecord } from '@eyegazer/core';
import { addressStore, type DatasetRepository } from '@eyegazer/platform';
import { silentLog } from '../../fixtures/silent-log.js';

const owner: Actor = { tokenId: null, name: 'this machine', role: 'admin' };
const id = '0123456789abcdef';
const request = (name: string, uri = '/data/eyes'): CreateDataset => createDatasetSchema.parse({ name, source: { kind: 'path', uri } });

describe('imports of datasets, between their record and their process', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'eyegazer-imports-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  /** What is launched, and what is told of failures. */
  function open(rows: Partial<DatasetRepository>): { imports: DatasetImports; launched: string[]; failed: ErrorRecord[] } {
    const launched: string[] = [];
    const failed: ErrorRecord[] = [];
    const datasets: Partial<DatasetRepository> = {
      fail: (_id, error) => Promise.resolve(void failed.push(error) as unknown as DatasetWire),
      findImporting: (ids) => Promise.resolve([...ids]),
      ...rows,
    };
    const imports = createDatasetImports({
      datasets: datasets as DatasetRepository,
      runs: { launch: ({ name }) => void launched.push(name), isRunning: () => true, whenEnded: () => Promise.resolve(), stop: () => Promise.resolve(), close: () => Promise.resolve() },
      sources: { find: async () => ({ kind: 'path', path: '/data/eyes', roots: null }), findAgain: async ({ uri }) => (uri === '/data/gone' ? null : { kind: 'path', path: uri, roots: null }) } satisfies DatasetImportsOptions['sources'],
      uploads: { remove: () => Promise.resolve() },
      storeAddress: addressStore({ kind: 'folder' }, { home, cacheLimitBytes: 1e6 }),
      home,
      roots: null,
      log: silentLog,
    });
    return { imports, launched, failed };
  }

  it('fail at once where they cannot be begun: nobody would ever end them', async () => {
    const { imports, launched, failed } = open({ create: ({ name }) => Promise.resolve({ id, name } as DatasetWire) });
    writeFileSync(join(home, 'imports'), 'a file where the folder of imports should be');
    await assert.rejects(imports.start(request('eyes'), owner), /ENOTDIR|EEXIST/);
    assert.deepEqual([launched, failed.map(({ code }) => code)], [[], ['INTERNAL']]);
    rmSync(join(home, 'imports'));
    await imports.start(request('eyes'), owner);
    assert.deepEqual([launched, failed.length], [['eyes'], 1]);
  });

  it('go on after an interruption, whatever becomes of those before them', async () => {
    const { imports, launched } = open({
      takeInterrupted: () => Promise.resolve([
        { id, name: 'gone', request: request('gone', '/data/gone') },
        { id: id.replace('0', '1'), name: 'eyes', request: request('eyes') },
      ]),
      fail: () => Promise.reject(new AppError('NOT_FOUND', 'It was deleted meanwhile.')),
    });
    await imports.watchAbandoned();
    imports.close();
    assert.deepEqual(launched, ['eyes']);
  });
});
