import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from '@eyegazer/api';
import { addressStore, openStore, type Platform } from '@eyegazer/platform';
import { silentLog } from '../fixtures/silent-log.js';

export interface DatasetsServer {
  url: string;
  close(): Promise<void>;
}

/** The API with its pages. Its buckets never answer: an import from one is under way for as long as a test needs. */
export async function startDatasetsServer({ home, platform, dashboardFolder }: { home: string; platform: Platform; dashboardFolder: string }): Promise<DatasetsServer> {
  const deafBuckets = createHttpServer(() => undefined).listen(0, '127.0.0.1');
  await once(deafBuckets, 'listening');
  const endpoint = `http://127.0.0.1:${(deafBuckets.address() as AddressInfo).port}`;
  const storeAddress = addressStore({ kind: 'folder' }, { home, cacheLimitBytes: 1e9 });
  const store = await openStore({ kind: 'folder' }, { ...storeAddress, log: silentLog });
  const modelSources = { hub: { endpoint: 'http://127.0.0.1:1', token: null }, buckets: { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } } };
  const kinds = { queue: 'postgresql', store: 'folder' };
  const server = createServer({ platform, store, storeAddress, home, kinds, log: silentLog, dataRoots: null, modelSources, uploadLimitBytes: 1e9, dashboardFolder });
  const { url } = await server.listen(0);
  return {
    url,
    async close() {
      await server.close();
      deafBuckets.closeAllConnections();
      deafBuckets.close();
    },
  };
}
