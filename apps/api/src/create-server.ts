import { createServer as createHttpServer } from 'node:http';
import { join } from 'node:path';
import { isIPv6, type AddressInfo } from 'node:net';
import { AppError, systemClock, type ArtifactStore, type Logger } from '@eyegazer/core';
import type { Platform, StoreAddress } from '@eyegazer/platform';
import type { Api } from './api.js';
import { createDemo } from './demo/create-demo.js';
import { createAccess } from './doors/access.js';
import { createAdmission } from './doors/admit.js';
import { createAuditTrail } from './doors/audit-trail.js';
import { guardServer } from './doors/guard-server.js';
import { isLoopback } from './doors/is-loopback.js';
import { defaultLimits, type Limits } from './doors/limits.js';
import { createRateLimiters } from './doors/rate-limiters.js';
import { createBodyTimes } from './http/body-times.js';
import { createApp, type WithLogFields } from './http/create-app.js';
import { drainServer } from './http/drain.js';
import { observeRequests } from './http/observe-requests.js';
import { createDatasetImports } from './imports/dataset-imports.js';
import { createImportSources } from './imports/import-sources.js';
import { createImportRuns } from './imports/import-runs.js';
import { createModelDownloads, type ModelSources } from './imports/model-downloads.js';
import { createMetrics, type Metrics } from './metrics/create-metrics.js';
import { measureStore } from './metrics/measure-store.js';
import { createStatisticsReader } from './metrics/read-statistics.js';
import { foldersOf, type DataRoots } from './services/data-roots.js';
import { createDatasetVersions } from './services/dataset-versions.js';
import { createModelImports } from './services/model-imports.js';
import { createOpenDatasets } from './services/open-datasets.js';
import { createReadiness } from './services/readiness.js';
import { createSubmitService } from './services/submit-service.js';
import { attachSockets } from './socket/attach-sockets.js';
import { createUploads } from './uploads/create-uploads.js';
import { createVersionMaker } from './versions/create-version-maker.js';

export interface ServerOptions {
  platform: Platform;
  store: ArtifactStore;
  /** Of that store: import processes open it themselves. */
  storeAddress: StoreAddress;
  /** Folder of all state of this machine. */
  home: string;
  /** What queue and store are, for people: `redis`, `folder`. */
  kinds: { queue: string; store: string };
  log: Logger;
  /** Folders and `s3://` prefixes that requests may name; null means any. */
  dataRoots: DataRoots;
  /** How base models are reached that are not on this machine. */
  modelSources: ModelSources;
  /** Of one upload. */
  uploadLimitBytes: number;
  /** The built dashboard. */
  dashboardFolder: string;
  /** Address to listen on; 127.0.0.1 unless told. On any but loopback, everybody shows a token. */
  host?: string;
  /** Proxies in front of this server whose X-Forwarded headers are believed; none unless told. Behind one, everybody shows a token. */
  trustedHops?: number;
  limits?: Partial<Limits>;
  /** What this process has counted so far, and counts from now on; its own unless told. */
  metrics?: Metrics;
  /** Runs a request so that its log lines carry its fields. */
  withLogFields?: WithLogFields;
  /** Packets that may wait for a slow client before it is told to fetch what it misses. */
  maxBacklog?: number;
}

export interface ApiServer {
  /**
   * Listens. Imports whose process is gone are marked failed first. Where tokens are asked for and no admin
   * token works, one is made: `firstAdminToken`, which is nowhere else.
   * @param port 0 for any free one
   * @throws AppError CONFLICT when the port is taken
   */
  listen(port: number): Promise<{ url: string; port: number; firstAdminToken: string | null }>;
  /**
   * Begins nothing more: readiness and health say so at once. Sockets are hung up, imports ended, requests under way
   * finished as far as 4 s allow. The platform stays open.
   */
  close(): Promise<void>;
}

/** For the requests that are under way at the end; a download that takes longer is taken up again by its client. */
const longestRequestMs = 4000;
const longestHeadersMs = 20_000;
/** The longest body is a backup that is put back. */
const longestUploadMs = 6 * 3_600_000;
/** Longer than the idle connections of common proxies, which would else be cut under a request. */
const keepAliveMs = 65_000;

/** HTTP, sockets and imports of one API process. */
export function createServer(options: ServerOptions): ApiServer {
  const { platform, storeAddress, log, dataRoots, host = '127.0.0.1', trustedHops = 0 } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const metrics = options.metrics ?? createMetrics();
  metrics.readBefore(createStatisticsReader(metrics.registry, { platform, log }));
  const store = measureStore(options.store, metrics);
  const access = createAccess({ platform, isPrivate: isLoopback(host) && trustedHops === 0, limits, clock: systemClock });
  const trail = createAuditTrail({ audit: platform.audit, log });
  const admission = createAdmission({ access, limiters: createRateLimiters(limits), trail });
  const runs = createImportRuns({ log });
  const uploads = createUploads({ home: options.home, limitBytes: options.uploadLimitBytes, log });
  const sources = createImportSources({ roots: dataRoots, buckets: options.modelSources.buckets, uploads });
  const imports = createDatasetImports({ datasets: platform.datasets, runs, sources, uploads, storeAddress, home: options.home, roots: dataRoots, log });
  const versionMaker = createVersionMaker({ store: storeAddress, roots: foldersOf(dataRoots), workFolder: join(options.home, 'imports'), log });
  const versions = createDatasetVersions({ datasets: platform.datasets, maker: versionMaker, sources });
  const { models: modelRows, modelImports } = platform;
  const downloads = createModelDownloads({ models: modelRows, modelImports, runs, storeAddress, home: options.home, sources: options.modelSources, log });
  const models = createModelImports({ models: modelRows, store, roots: dataRoots, downloads });
  const submit = createSubmitService({ platform, models, log });
  const openDatasets = createOpenDatasets({ datasets: platform.datasets, store });
  const demo = createDemo({ platform, imports, models, submit, log });
  let isStopping = false;
  const readiness = createReadiness({ platform, store, kinds: options.kinds, home: options.home, dashboardFolder: options.dashboardFolder, isStopping: () => isStopping });
  const api: Api = { platform, store, log, access, imports, models, downloads, openDatasets, versions, submit, uploads, demo, metrics, readiness, isStopping: () => isStopping };

  const withLogFields = options.withLogFields ?? ((_fields, work) => work());
  const bodyTimes = createBodyTimes(limits.longestBodyMs);
  const server = createHttpServer(
    { headersTimeout: longestHeadersMs, requestTimeout: longestUploadMs, keepAliveTimeout: keepAliveMs },
    createApp(api, { dashboardFolder: options.dashboardFolder, admission, bodyTimes, trustedHops, withLogFields }),
  );
  const sockets = attachSockets(server, { platform, access, limits, trustedHops, log, maxBacklog: options.maxBacklog ?? 1000, onPushed: (event) => metrics.observeEventLag((Date.now() - Date.parse(event.at)) / 1000) });
  metrics.setSocketCount(() => sockets.count());
  const portOf = (): number => (server.address() as AddressInfo | null)?.port ?? 0;
  guardServer(server, { access, portOf });
  const drain = drainServer(server);
  observeRequests(server, { log, metrics });
  bodyTimes.watch(server);

  return {
    async listen(port) {
      await imports.watchAbandoned();
      await downloads.watchAbandoned();
      uploads.watchSilent();
      await sockets.ready;
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error) => reject(describeListenError(error, { port, host })));
        server.listen(port, host, resolve);
      });
      // Only now: a token made for a server that then cannot listen would never be seen.
      const firstAdminToken = (await access.isOpen()) ? null : await platform.tokens.createFirstAdmin();
      return { url: formatUrl(host, portOf()), port: portOf(), firstAdminToken };
    },
    async close() {
      isStopping = true;
      drain.begin();
      sockets.hangUp();
      const cutOff = setTimeout(() => server.closeAllConnections(), longestRequestMs);
      imports.close();
      downloads.close();
      uploads.close();
      await Promise.all([runs.close(), drain.finished()]);
      await versionMaker.close();
      clearTimeout(cutOff);
      // Closing the sockets closes the HTTP server that they are attached to.
      const closed = sockets.close();
      server.closeAllConnections();
      await closed;
      access.close();
      await trail.flush();
    },
  };
}

/** As this machine reaches the server. */
function formatUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}

function describeListenError(error: Error, { port, host }: { port: number; host: string }): AppError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return new AppError('CONFLICT', `Port ${port} of ${host} is taken by another program. Set PORT to a free one, or stop that program.`, { cause: error });
  if (code === 'EACCES') return new AppError('FORBIDDEN', `Port ${port} may not be opened by this user. Set PORT to one above 1023.`, { cause: error });
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new AppError('BAD_REQUEST', `HOST: expected an address of this machine, got ${host}. 127.0.0.1 is for this machine alone, 0.0.0.0 for everybody who can reach it.`, { path: 'HOST', cause: error });
  return new AppError('UNAVAILABLE', `Listening on port ${port} failed: ${error.message}`, { cause: error });
}
