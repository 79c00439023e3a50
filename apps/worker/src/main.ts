/** The worker process: reads the environment, wires, and goes in good order when told to. */
import { createRequire } from 'node:module';
import { AppError, createErrorRecord } from '@eyegazer/core';
import { addressStore, createLogger, createPlatform, createProcessLife, createSecretHider, findSecrets, openStore } from '@eyegazer/platform';
import { createAgent } from './agent/create-agent.js';
import { chooseDevice } from './devices/choose-device.js';
import { offerDevice } from './devices/offer-device.js';
import { parseWorkerEnv } from './worker-env.js';

/** Its token does not let it in (EX_NOPERM): starting it again would change nothing. */
const refusedCode = 77;

async function main(): Promise<void> {
  const env = parseWorkerEnv(process.env);
  const log = createLogger({ name: 'worker', level: env.logLevel, secrets: findSecrets(process.env) });
  const life = createProcessLife({ log });
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  const storeAddress = addressStore(env.store, env);
  // Meanwhile the servers answer; a failure is heard where it is awaited.
  const choosing = chooseDevice({ wish: env.device, threads: env.threads });
  choosing.catch(() => undefined);
  // Trainers open it themselves; whether it can be reached is said now rather than by every one of them.
  await (await openStore(env.store, { ...storeAddress, log })).ping();
  const platform = await createPlatform({ databaseUrl: env.databaseUrl, redisUrl: env.redisUrl, log });
  life.atEnd('platform', () => platform.close());
  const choice = await choosing;
  for (const failure of choice.failures) log.info({}, failure);
  log.info({ device: choice.device, halfPrecision: choice.halfPrecision }, `This worker trains on ${choice.device}: ${choice.why}`);
  const agent = await createAgent({
    platform,
    home: env.home,
    store: storeAddress,
    version,
    token: env.token,
    device: await offerDevice(choice),
    threads: env.threads,
    log,
    onFenced: (reason) => life.end('this worker may not go on', exitCodeOf(reason)),
  });
  life.atEnd('agent', () => agent.close());
  // The start script waits for this message.
  process.send?.({ type: 'ready', workerId: agent.workerId });
}

function exitCodeOf(error: unknown): number {
  return error instanceof AppError && error.code === 'UNAUTHORIZED' ? refusedCode : 1;
}

main().catch((error: unknown) => {
  console.error(createSecretHider(findSecrets(process.env))(`The worker could not start: ${createErrorRecord(error).message}`));
  process.exit(exitCodeOf(error));
});
