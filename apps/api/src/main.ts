import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { applyMigrations, createFolderStore, createLogger, createPlatform } from '@eyegazer/platform';
import { createServer } from './create-server.js';
import { endOnSignal } from './end-on-signal.js';
import { parseSettings } from './settings/parse-settings.js';

/** Reads the environment, opens what the API needs and serves until a signal ends it. */
async function main(): Promise<void> {
  const settings = parseSettings(process.env);
  const log = createLogger({ name: 'api', level: settings.logLevel });
  const storeFolder = join(settings.home, 'artifacts');
  await applyMigrations({ url: settings.databaseUrl, log });
  const store = await createFolderStore({ folder: storeFolder });
  const platform = await createPlatform({ databaseUrl: settings.databaseUrl, redisUrl: settings.redisUrl, log });
  const server = createServer({
    platform,
    store,
    storeFolder,
    log,
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
    const { url } = await server.listen(settings.port);
    platform.placer.start();
    log.info({ url }, 'ready');
    process.send?.({ type: 'ready', url });
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
