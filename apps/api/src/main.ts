import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { AppError, type Logger } from '@eyegazer/core';
import { addressStore, applyMigrations, createLogger, createMaintenance, createPlatform, createProcessLife, createSecretHider, findSecrets, openStore, type ProcessLife } from '@eyegazer/platform';
import { createServer } from './create-server.js';
import { formatFirstToken } from './doors/format-first-token.js';
import type { WithLogFields } from './http/create-app.js';
import { createMetrics } from './metrics/create-metrics.js';
import { parseSettings, type Settings } from './settings/parse-settings.js';

/** Opens what the API needs and serves until the process is to end. */
async function serve(settings: Settings, { log, life, withLogFields }: { log: Logger; life: ProcessLife; withLogFields: WithLogFields }): Promise<void> {
  const metrics = createMetrics();
  await applyMigrations({ url: settings.databaseUrl, log });
  const storeAddress = addressStore(settings.store, settings);
  const store = await openStore(settings.store, { ...storeAddress, log });
  await store.ping();
  const platform = await createPlatform({ databaseUrl: settings.databaseUrl, redisUrl: settings.redisUrl, log, onPlacementRound: (round) => metrics.observePlacement(round) });
  life.atEnd('platform', () => platform.close());
  const maintenance = createMaintenance({ databaseUrl: settings.databaseUrl, platform, store, retentionDays: settings.retentionDays, log });
  life.atEnd('maintenance', () => maintenance.stop());
  const server = createServer({
    platform,
    store,
    storeAddress,
    home: settings.home,
    kinds: { queue: settings.redisUrl === null ? 'postgresql' : 'redis', store: settings.store.kind },
    log,
    metrics,
    host: settings.host,
    trustedHops: settings.trustedHops,
    withLogFields,
    dataRoots: settings.dataRoots,
    modelSources: settings.modelSources,
    uploadLimitBytes: settings.uploadLimitBytes,
    dashboardFolder: join(import.meta.dirname, '../../dashboard/dist/web'),
  });
  life.atEnd('server', () => Promise.all([server.close(), platform.placer.stop()]));
  const { url, firstAdminToken } = await server.listen(settings.port);
  platform.placer.start();
  maintenance.start();
  log.info({ url }, 'The API is ready');
  const notice = firstAdminToken === null ? null : formatFirstToken({ token: firstAdminToken, url });
  // Whoever forked this process keeps its stdout in a file, where no token belongs: it is told here.
  if (process.send) process.send({ type: 'ready', url, notice });
  else if (notice !== null) process.stdout.write(notice);
}

function main(): void {
  const settings = parseSettings(process.env);
  const logFields = new AsyncLocalStorage<Record<string, unknown>>();
  const log = createLogger({ name: 'api', level: settings.logLevel, secrets: findSecrets(process.env), context: () => logFields.getStore() ?? {} });
  const life = createProcessLife({ log });
  serve(settings, { log, life, withLogFields: (fields, work) => logFields.run(fields, work) }).catch((error: unknown) => {
    report(error);
    life.end('it could not start', 1);
  });
}

/** Before there is a log, and past it. */
function report(error: unknown): void {
  const hideSecrets = createSecretHider(findSecrets(process.env));
  console.error(hideSecrets(error instanceof AppError ? `Eyegazer API: ${error.message}` : inspect(error)));
}

try {
  main();
} catch (error) {
  report(error);
  process.exit(1);
}
