import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { applyMigrations, createFolderStore, createLogger, createPlatform, findSecrets } from '@eyegazer/platform';
import { createServer } from './create-server.js';
import { formatFirstToken } from './doors/format-first-token.js';
import { endOnSignal } from './end-on-signal.js';
import { parseSettings } from './settings/parse-settings.js';

/** Reads the environment, opens what the API needs and serves until a signal ends it. */
async function main(): Promise<void> {
  const settings = parseSettings(process.env);
  const logFields = new AsyncLocalStorage<Record<string, unknown>>();
  const log = createLogger({ name: 'api', level: settings.logLevel, secrets: findSecrets(process.env), context: () => logFields.getStore() ?? {} });
  const storeFolder = join(settings.home, 'artifacts');
  await applyMigrations({ url: settings.databaseUrl, log });
  const store = await createFolderStore({ folder: storeFolder });
  const platform = await createPlatform({ databaseUrl: settings.databaseUrl, redisUrl: settings.redisUrl, log });
  const server = createServer({
    platform,
    store,
    storeFolder,
    log,
    host: settings.host,
    trustedHops: settings.trustedHops,
    withLogFields: (fields, work) => logFields.run(fields, work),
    dataRoots: settings.dataRoots,
    dashboardFolder: join(import.meta.dirname, '../../dashboard/dist/web'),
  });
  endOnSignal({
    log,
    async end() {
      await server.close();
      await platform.close();
    },
  });
  try {
    const { url, firstAdminToken } = await server.listen(settings.port);
    platform.placer.start();
    log.info({ url }, 'ready');
    const notice = firstAdminToken === null ? null : formatFirstToken({ token: firstAdminToken, url });
    // Whoever forked this process keeps its stdout in a file, where no token belongs: it is told here.
    if (process.send) process.send({ type: 'ready', url, notice });
    else if (notice !== null) process.stdout.write(notice);
  } catch (error) {
    await server.close();
    await platform.close();
    throw error;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof AppError ? `Eyegazer API: ${error.message}` : error);
  process.exitCode = 1;
  process.disconnect?.();
});
