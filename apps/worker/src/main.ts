/** The worker process: reads the environment, wires, and goes in good order when told to. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createErrorRecord } from '@eyegazer/core';
import { createLogger, createPlatform, createProcessLife, findSecrets } from '@eyegazer/platform';
import { createAgent } from './agent/create-agent.js';
import { parseWorkerEnv } from './worker-env.js';

async function main(): Promise<void> {
  const env = parseWorkerEnv(process.env);
  const log = createLogger({ name: 'worker', level: env.logLevel, secrets: findSecrets(process.env) });
  const life = createProcessLife({ log });
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  const platform = await createPlatform({ databaseUrl: env.databaseUrl, redisUrl: env.redisUrl, log });
  life.atEnd('platform', () => platform.close());
  const agent = await createAgent({
    platform,
    home: env.home,
    artifactsFolder: join(env.home, 'artifacts'),
    version,
    token: env.token,
    threads: env.threads,
    log,
    onFenced: () => life.end('this worker may not go on', 1),
  });
  life.atEnd('agent', () => agent.close());
  // The start script waits for this message.
  process.send?.({ type: 'ready', workerId: agent.workerId });
}

main().catch((error: unknown) => {
  console.error(`The worker could not start: ${createErrorRecord(error).message}`);
  process.exit(1);
});
