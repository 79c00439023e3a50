import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, type Logger } from '@eyegazer/core';
import { findProcessesIn, startTokenOf } from '../process-identity.js';

/**
 * Clears the way for a new server on a folder that this process has claimed: ends a server whose starter was killed, and
 * removes the lock file that a killed server left.
 * @throws AppError CONFLICT when the former server does not end
 */
export async function endFormerServer(options: { dataFolder: string; log: Logger }): Promise<void> {
  const { dataFolder, log } = options;
  const pidFile = join(dataFolder, 'postmaster.pid');
  const serverPid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  const left = findProcessesIn(dataFolder);
  if (left.length > 0) {
    log.warn({ pids: left }, 'PostgreSQL of a former start is still running; stopping it');
    await endProcesses({ serverPid, dataFolder });
  }
  if (Number.isNaN(serverPid)) return;
  // A zombie keeps its id, and a server would take that for a living one.
  if (process.platform === 'linux' || startTokenOf(serverPid) === null) await rm(pidFile, { force: true });
}

async function endProcesses({ serverPid, dataFolder }: { serverPid: number; dataFolder: string }): Promise<void> {
  for (const [signal, waitMs] of [['SIGINT', 5000], ['SIGQUIT', 2000], ['SIGKILL', 2000]] as const) {
    const living = findProcessesIn(dataFolder);
    // The server ends its own children; when only they are left, each is told.
    for (const pid of living.includes(serverPid) && signal !== 'SIGKILL' ? [serverPid] : living) sendSignal(pid, signal);
    for (let waited = 0; waited < waitMs; waited += 20) {
      if (findProcessesIn(dataFolder).length === 0) return;
      await sleep(20);
    }
  }
  throw new AppError('CONFLICT', `PostgreSQL of a former start (processes ${findProcessesIn(dataFolder).join(', ')}) does not end. End it by hand and start again.`);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
