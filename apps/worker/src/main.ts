/** The worker process: reads the environment, wires, and goes in good order when told to. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createErrorRecord } from '@eyegazer/core';
import { createLogger, createPlatform, findSecrets } from '@eyegazer/platform';
import { createAgent } from './agent/create-agent.js';
import { parseWorkerEnv } from './worker-env.js';

/** A worker that is not gone by then has a database that does not answer; what it ran is queued again when it is back. */
const longestCloseMs = 7000;

async function main(): Promise<void> {
  const env = parseWorkerEnv(process.env);
  const log = createLogger({ name: 'worker', level: env.logLevel, secrets: findSecrets(process.env) });
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  let closing = false;
  const platform = await createPlatform({ databaseUrl: env.databaseUrl, redisUrl: env.redisUrl, log });
  const agent = await createAgent({
    platform,
    home: env.home,
    artifactsFolder: join(env.home, 'artifacts'),
    version,
    token: env.token,
    threads: env.threads,
    log,
    onFenced: () => void close(1),
  });

  async function close(exitCode: number): Promise<void> {
    if (closing) return;
    closing = true;
    setTimeout(() => process.exit(1), longestCloseMs);
    try {
      await agent.close();
      await platform.close();
      process.exit(exitCode);
    } catch (error) {
      log.error({ error: createErrorRecord(error) }, 'The worker could not end in good order.');
      process.exit(1);
    }
  }
  process.on('SIGTERM', () => void close(0));
  process.on('SIGINT', () => void close(0));
  // Forked by the start script: it waits for the message, and when it is gone, nobody is left to stop this process.
  process.send?.({ type: 'ready', workerId: agent.workerId });
  process.once('disconnect', () => void close(0));
}

main().catch((error: unknown) => {
  console.error(`The worker could not start: ${createErrorRecord(error).message}`);
  process.exit(1);
});
