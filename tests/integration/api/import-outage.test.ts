import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '@eyegazer/api';
import type { DatasetWire } from '@eyegazer/core';
import { addressStore, createPlatform, openStore } from '@eyegazer/platform';
import { collectingLog } from '../../fixtures/collecting-log.js';
import { useDatabase } from '../../fixtures/embedded-postgres.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { startTcpProxy } from '../../fixtures/tcp-proxy.js';
import { until } from '../../until.js';
import { noSources, writeAptosFolder } from './api-world.js';

describe('API: an import whose database is away at its end', function () {
  this.timeout(60_000);
  const database = useDatabase();

  it('is recorded once the database is back', async () => {
    const home = await mkdtemp(join(tmpdir(), 'eyegazer-outage-'));
    const proxy = await startTcpProxy(database.url);
    const platform = await createPlatform({ databaseUrl: proxy.url, log: silentLog });
    const storeAddress = addressStore({ kind: 'folder' }, { home, cacheLimitBytes: 1e9 });
    const { log, lines } = collectingLog();
    const store = await openStore({ kind: 'folder' }, { ...storeAddress, log });
    const server = createServer({ platform, store, storeAddress, home, kinds: { queue: 'postgresql', store: 'folder' }, log, dataRoots: null, modelSources: noSources, uploadLimitBytes: 1e9, dashboardFolder: home });
    try {
      const { url } = await server.listen(0);
      const uri = join(home, 'eyes');
      await writeAptosFolder(uri, 30);
      const started = await fetch(`${url}/api/datasets`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'eyes', source: { kind: 'path', uri } }) });
      assert.equal(started.status, 202);
      await proxy.cut();
      await until(() => lines.some(({ msg }) => msg === 'Waiting for the database' || msg === 'the end of an import could not be recorded'), 30_000);
      await proxy.mend();
      const dataset = await until(async () => {
        const response = await fetch(`${url}/api/datasets/eyes`);
        const found = (await response.json()) as DatasetWire;
        return response.ok && found.state !== 'importing' && found;
      }, 30_000);
      assert.deepEqual([dataset.state, dataset.error], ['ready', null]);
    } finally {
      await server.close();
      await platform.close();
      await proxy.close();
      await rm(home, { recursive: true, force: true });
    }
  });
});
