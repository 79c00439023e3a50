/**
 * The worker's agent: announces one device of this machine, beats, takes attempts from its queue and has each run by a trainer
 * child. It computes nothing itself, so that its event loop stays live.
 */
import { mkdir } from 'node:fs/promises';
import { availableParallelism, hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AppError, createErrorRecord, type Logger } from '@eyegazer/core';
import type { ClaimedAttempt, Platform, StoreAddress } from '@eyegazer/platform';
import type { TrainerJob } from '../ipc/trainer-messages.js';
import type { OfferedDevice } from '../devices/offer-device.js';
import { writeHeartbeatFile } from './heartbeat-file.js';
import { createEventLogTally } from './event-log-tally.js';
import { loadMachineId } from './machine-id.js';
import { runAttempt, type LiveAttempt } from './run-attempt.js';
import { sweepCaches } from './sweep-caches.js';
import { createTrainerPool } from './trainer-pool.js';
import { forkTrainer } from './trainer-process.js';

export interface AgentOptions {
  platform: Pick<Platform, 'workers' | 'attempts' | 'events' | 'queues' | 'subscribe'>;
  /** The worker's own folder, absolute; machine and home name a worker across restarts. */
  home: string;
  /** Of the artifact store, for the trainers to open. */
  store: StoreAddress;
  version: string;
  /** Access token; a server without tokens asks for none. */
  token?: string | undefined;
  log: Logger;
  device: OfferedDevice;
  /** CPU threads of a step; all cores unless told. */
  threads?: number | undefined;
  heartbeatIntervalMs?: number;
  /** The trainer child's entry file. */
  trainerPath?: string;
  /** A newer run of this worker has taken over, the database knows this one no more, or its token works no more: it has ended its trainers and must go. */
  onFenced: (reason: AppError) => void;
}

export interface Agent {
  readonly workerId: string;
  readonly deviceKey: string;
  /** Takes no more jobs, has running attempts queued again, ends every child; resolves within 8 s. */
  close(): Promise<void>;
}

/**
 * A heartbeat that takes so long is on a connection that was cut without a word: the next one, on another, goes past it. Until
 * then none is sent beside it: all workers together would take every connection of a database that is slow.
 */
const longestBeatMs = 10_000;

/**
 * Registers the worker and starts taking jobs.
 * @throws AppError CONFLICT when another living worker offers this device, UNAUTHORIZED without the token that is asked for
 */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  const { platform, home } = options;
  await mkdir(home, { recursive: true });
  const machineId = await loadMachineId(home);
  const device = options.device.report(machineId);
  const trainerPath = options.trainerPath ?? fileURLToPath(new URL('../trainer-main.js', import.meta.url));
  const live = new Map<string, LiveAttempt>();
  const eventLog = createEventLogTally();

  const identity = await platform.workers.register({ machineId, home, hostname: hostname(), pid: process.pid, version: options.version, devices: [device], token: options.token });
  const log = options.log.child({ workerId: identity.workerId });
  const sweep = (): Promise<void> => sweepCaches({ home, limitBytes: options.store.cacheLimitBytes, log });
  await sweep();
  const trainers = createTrainerPool(() => forkTrainer({ path: trainerPath, log }));
  trainers.prepareSpare();

  const createJob = (claimed: ClaimedAttempt): TrainerJob => ({
    experimentName: claimed.experimentName,
    deviceKey: claimed.deviceKey,
    deviceName: device.name,
    device: options.device.id,
    halfPrecision: options.device.halfPrecision,
    config: claimed.config,
    dataset: { name: claimed.dataset.name, version: claimed.dataset.version, contentId: claimed.dataset.contentId },
    model: { name: claimed.model.name, source: claimed.model.source, files: claimed.model.files },
    home,
    store: options.store,
    threads: options.threads ?? availableParallelism(),
  });

  let heartbeatFails = false;
  let beatingSinceMs: number | null = null;
  async function beat(): Promise<void> {
    const startedAtMs = performance.now();
    if (beatingSinceMs !== null && startedAtMs - beatingSinceMs < longestBeatMs) return;
    beatingSinceMs = startedAtMs;
    try {
      const answer = await platform.workers.heartbeat({
        ...identity,
        devices: [{ deviceKey: device.deviceKey, memoryFreeBytes: options.device.report(machineId).memoryFreeBytes }],
        runningAttemptIds: [...live.keys()],
        eventLog: eventLog.read(),
      });
      options.device.refresh();
      for (const { attemptId, reason } of answer.stop) live.get(attemptId)?.stop(reason);
      await writeHeartbeatFile(home);
      if (heartbeatFails) log.info({}, 'Heartbeats arrive again');
      heartbeatFails = false;
    } catch (error) {
      if (error instanceof AppError && (error.code === 'FENCED' || error.code === 'NOT_FOUND' || error.code === 'UNAUTHORIZED')) fence(error);
      // Told once: they fail every few seconds while the database is away.
      else if (!heartbeatFails) log.warn({ error: createErrorRecord(error) }, 'Heartbeats fail; they go on');
      heartbeatFails = true;
    } finally {
      if (beatingSinceMs === startedAtMs) beatingSinceMs = null;
    }
  }
  function fence(reason: AppError): void {
    log.error({ code: reason.code }, `The worker ends: ${reason.message}`);
    clearInterval(timer);
    for (const attempt of live.values()) attempt.stop('fenced');
    options.onFenced(reason);
  }

  const timer = setInterval(() => void beat(), options.heartbeatIntervalMs ?? 3000);
  const subscription = platform.subscribe({
    onCommand: (command) => {
      if (command.workerId === identity.workerId) live.get(command.attemptId)?.stop('cancelled');
    },
    onReconnect: () => void beat(),
  });
  const consumer = await platform.queues.consume(identity.workerId, {
    concurrency: 1,
    async handler({ attemptId }, signal) {
      await runAttempt(attemptId, signal, { ...platform, workerId: identity.workerId, trainers, live, createJob, eventLog, log });
      // No trainer is at work now, and a worker may run for months.
      if (live.size === 0) await sweep().catch((error: unknown) => log.warn({ error: createErrorRecord(error) }, 'The caches could not be cleared; the next attempt tries again'));
    },
  });
  log.info({ deviceKey: device.deviceKey, device: device.name }, 'The worker is ready');

  return {
    workerId: identity.workerId,
    deviceKey: device.deviceKey,
    async close() {
      await Promise.all([consumer.close(), trainers.close()]);
      clearInterval(timer);
      subscription.close();
      await platform.workers.markStopped(identity);
    },
  };
}
