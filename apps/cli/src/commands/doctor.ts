import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@eyegazer/core';
import type { Command } from 'commander';
import { configPath } from '../config/config-path.js';
import type { Context } from '../context.js';
import { checkConfig } from '../doctor/check-config.js';
import { checkReady } from '../doctor/check-ready.js';
import type { CheckResult } from '../doctor/check-result.js';
import { checkServer } from '../doctor/check-server.js';
import { checkToken } from '../doctor/check-token.js';
import { checkVersions } from '../doctor/check-version.js';
import { checkQueue, checkWorkers } from '../doctor/check-work.js';
import { readServerVersion } from '../doctor/read-server-version.js';
import { exitCodes } from '../exit-codes.js';
import { padText } from '../output/display-width.js';
import type { Paint, Style } from '../output/paint.js';
import type { Runner } from '../runner.js';

const secondLookMs = 3000;

export function addDoctorCommand(program: Command, run: Runner): void {
  program
    .command('doctor')
    .description('check login, server, clock, token, dependencies, workers and queue; each with what to do about it')
    .action(
      run(async (context) => {
        const results: CheckResult[] = [];
        for await (const result of examine(context)) {
          results.push(result);
          if (!context.json) context.out.lines(formatResult(result, context.out.paint));
        }
        const isHealthy = results.every(({ level }) => level !== 'fail');
        if (context.json) context.printJson({ ok: isHealthy, checks: results });
        return isHealthy ? exitCodes.ok : exitCodes.failed;
      }),
    );
}

/** One check after the other; what cannot be asked after a failure is left out. */
async function* examine(context: Context): AsyncGenerator<CheckResult, void, void> {
  yield await checkConfig(configPath(context.env));
  const connection = await context.connect().catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'BAD_FILE') return null;
    throw error;
  });
  // The check before has said why.
  if (!connection) return;
  const server = await checkServer(connection);
  yield* server;
  if (server[0]?.level === 'fail') return;
  const token = await checkToken(connection);
  yield token;
  if (token.level === 'fail') return;
  const { api } = connection;
  yield* checkReady(await api.getReady());
  const workers = await api.listWorkers();
  yield checkVersions(context.version, await readServerVersion(connection), workers);
  yield checkWorkers(workers);
  const queue = await api.getQueue();
  const mayBeStuck = queue.waiting > 0 && queue.freeDevices > 0;
  if (mayBeStuck) await sleep(secondLookMs);
  yield checkQueue(queue, mayBeStuck ? await api.getQueue() : queue);
}

const styles: Record<CheckResult['level'], Style> = { ok: 'green', warn: 'yellow', fail: 'red' };

function formatResult({ name, level, message, fix }: CheckResult, paint: Paint): string[] {
  return [`${paint(styles[level], padText(level, 4))}  ${padText(name, 10)}  ${message}`, ...(fix === undefined ? [] : [`${' '.repeat(18)}${paint('dim', 'fix:')} ${fix}`])];
}
