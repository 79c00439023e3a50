import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, type ArtifactStore, type Logger } from '@eyegazer/core';
import type { Platform } from '@eyegazer/platform';
import type { Api } from './api.js';
import { createDemo } from './demo/create-demo.js';
import { guardServer } from './doors/guard-server.js';
import { createApp } from './http/create-app.js';
import { createDatasetImports } from './imports/dataset-imports.js';
import type { DataRoots } from './services/data-roots.js';
import { createModelImports } from './services/model-imports.js';
import { createOpenDatasets } from './services/open-datasets.js';
import { createSubmitService } from './services/submit-service.js';
import { attachSockets } from './socket/attach-sockets.js';

export interface ServerOptions {
  platform: Platform;
  store: ArtifactStore;
  /** Folder of that store: import processes open it themselves. */
  storeFolder: string;
  log: Logger;
  /** Folders that requests may name; null means any. */
  dataRoots: DataRoots;
  /** The built dashboard. */
  dashboardFolder: string;
  /** Packets that may wait for a slow client before it is told to fetch what it misses. */
  maxBacklog?: number;
}

export interface ApiServer {
  /**
   * Listens on loopback only. Imports that a former run left under way are marked failed first.
   * @param port 0 for any free one
   * @throws AppError CONFLICT when the port is taken
   */
  listen(port: number): Promise<{ url: string; port: number }>;
  /** Takes no more requests, ends imports and connections; the platform stays open. Within 4 s. */
  close(): Promise<void>;
}

const loopback = '127.0.0.1';
const longestRequestMs = 1000;

/** HTTP, sockets and imports of one API process. */
export function createServer(options: ServerOptions): ApiServer {
  const { platform, store, storeFolder, log, dataRoots } = options;
  const imports = createDatasetImports({ datasets: platform.datasets, storeFolder, roots: dataRoots, log });
  const models = createModelImports({ models: platform.models, store, roots: dataRoots });
  const submit = createSubmitService({ platform, models });
  const openDatasets = createOpenDatasets({ datasets: platform.datasets, store });
  const demo = createDemo({ platform, imports, models, submit, log });
  const api: Api = { platform, store, log, imports, models, openDatasets, submit, demo };

  const server = createHttpServer(createApp(api, { dashboardFolder: options.dashboardFolder }));
  const sockets = attachSockets(server, { platform, log, maxBacklog: options.maxBacklog ?? 1000 });
  const portOf = (): number => (server.address() as AddressInfo | null)?.port ?? 0;
  guardServer(server, portOf);

  return {
    async listen(port) {
      const failed = await platform.datasets.failInterrupted({ silentForMs: 0 });
      if (failed > 0) log.warn({ imports: failed }, 'imports that the last run left unfinished are marked as failed');
      await sockets.ready;
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error) => reject(describeListenError(error, port)));
        server.listen(port, loopback, resolve);
      });
      return { url: `http://${loopback}:${portOf()}`, port: portOf() };
    },
    async close() {
      const cutOff = setTimeout(() => server.closeAllConnections(), longestRequestMs);
      // Closing the sockets closes the HTTP server that they are attached to.
      await Promise.all([imports.close(), sockets.close()]);
      clearTimeout(cutOff);
    },
  };
}

function describeListenError(error: Error, port: number): AppError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return new AppError('CONFLICT', `Port ${port} of ${loopback} is taken by another program. Set PORT to a free one, or stop that program.`, { cause: error });
  if (code === 'EACCES') return new AppError('FORBIDDEN', `Port ${port} may not be opened by this user. Set PORT to one above 1023.`, { cause: error });
  return new AppError('UNAVAILABLE', `Listening on port ${port} failed: ${error.message}`, { cause: error });
}
