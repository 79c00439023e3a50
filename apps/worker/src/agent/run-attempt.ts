/**
 * One job of the worker's queue, from claim to end:
 * 1. claim: compare-and-set on the attempt; a delivery that comes twice or too late ends here, quietly
 * 2. a trainer gets the job, its events go to the log as they come
 * 3. `stop` may come: from a person, from the worker's end, from the database when the attempt is no longer live
 * 4. the trainer process is gone, its events are written, the attempt ends as it says, or as its death says
 * An attempt that runs when the worker is shut down is not ended here but by `markStopped`, together with the worker: ended
 * alone, its experiment would be placed on this same worker again.
 */
import { AppError, createErrorRecord, type Logger } from '@eyegazer/core';
import { retryWhileUnavailable, type AttemptOutcome, type AttemptRepository, type ClaimedAttempt, type EventLog } from '@eyegazer/platform';
import type { TrainerJob, TrainerOutcome } from '../ipc/trainer-messages.js';
import { describeExit } from './describe-exit.js';
import type { EventLogTally } from './event-log-tally.js';
import { createEventWriter } from './event-writer.js';
import { createRunStory } from './run-story.js';
import type { TrainerExit } from './trainer-process.js';
import type { TrainerPool } from './trainer-pool.js';

export type StopReason = 'cancelled' | 'shutdown' | 'fenced';

/** How long a trainer may take to end after it was told to: a step cannot be interrupted. */
const graceMs: Record<StopReason, number> = { cancelled: 120_000, shutdown: 4000, fenced: 0 };

const stopWords: Record<StopReason, string> = {
  cancelled: 'a person cancelled the experiment',
  shutdown: 'the worker shuts down',
  fenced: "the attempt is not this worker's any more",
};

export interface LiveAttempt {
  stop(reason: StopReason): void;
}

export interface RunAttemptContext {
  workerId: string;
  attempts: AttemptRepository;
  events: EventLog;
  trainers: TrainerPool;
  /** Attempts in hand, by id: from before the claim until the end is written. What is not among them, the database gives up. */
  live: Map<string, LiveAttempt>;
  createJob: (claimed: ClaimedAttempt) => TrainerJob;
  eventLog: EventLogTally;
  log: Logger;
}

/** @param signal aborted when the worker ends: the attempt is then left to `markStopped` */
export async function runAttempt(attemptId: string, signal: AbortSignal, context: RunAttemptContext): Promise<void> {
  if (context.live.has(attemptId)) {
    context.log.info({ attemptId }, 'This attempt was delivered again while it is in hand');
    return;
  }
  // Without a trainer there is nothing to stop yet; whoever wants it stopped says so again with the next heartbeat.
  context.live.set(attemptId, { stop: () => undefined });
  try {
    await claimAndRun(attemptId, signal, context);
  } finally {
    context.live.delete(attemptId);
  }
}

async function claimAndRun(attemptId: string, signal: AbortSignal, context: RunAttemptContext): Promise<void> {
  const { attempts } = context;
  const early = context.log.child({ attemptId });
  const claimed = await retryWhileUnavailable(() => attempts.claim({ attemptId, workerId: context.workerId }), { signal, log: early });
  if (!claimed) {
    early.info({}, 'This attempt is not to be taken: it was delivered before, or has ended');
    return;
  }
  const log = early.child({ experimentId: claimed.experimentId, attempt: claimed.attempt });
  log.info({ deviceKey: claimed.deviceKey }, `Attempt ${claimed.attempt} of "${claimed.experimentName}" taken`);
  const outcome = await superviseTrainer(claimed, signal, { ...context, log }).catch((error: unknown): AttemptOutcome => ({ kind: 'failed', error: createErrorRecord(error) }));
  if (!outcome) {
    log.warn({}, signal.aborted ? 'The worker ends: the attempt will be queued again' : 'The attempt was taken away from this worker');
    return;
  }
  try {
    // The log tells the outcome with the change of state that it makes.
    await retryWhileUnavailable(() => attempts.end(attemptId, outcome), { signal, log });
  } catch (error) {
    if (error instanceof AppError && error.code === 'FENCED') log.warn({}, 'The attempt had been ended by another');
    else log.error({ outcome: outcome.kind, error: createErrorRecord(error) }, 'The end of the attempt could not be written; it will be queued again');
  }
}

/** Answers how the attempt ended, or null when that is not to be said here: it is another's by now, or the worker ends. */
async function superviseTrainer(claimed: ClaimedAttempt, signal: AbortSignal, context: RunAttemptContext): Promise<AttemptOutcome | null> {
  const { attemptId, experimentId, attempt } = claimed;
  const { attempts, trainers, live, log } = context;
  const trainer = trainers.take();
  trainer.log = log;
  const story = createRunStory(log);
  let said: TrainerOutcome | null = null;
  let stopped: StopReason | null = null;
  let writeFailure: { error: unknown } | null = null;
  let killTimer: NodeJS.Timeout | undefined;
  let killAtMs = Number.POSITIVE_INFINITY;

  const writer = createEventWriter({
    append: async (events) => {
      const startedAt = performance.now();
      await context.events.append({ experimentId, attempt, events });
      context.eventLog.add(events, performance.now() - startedAt);
      story.tell(events);
    },
    onWritten: (counter) => trainer.send({ kind: 'written', counter }),
    onFailure: (error) => {
      writeFailure = { error };
      trainer.kill();
    },
    signal,
    log,
  });
  const stop = (reason: StopReason): void => {
    if (stopped === null) log.info({ reason }, `The trainer is told to end: ${stopWords[reason]}`);
    if (stopped !== 'fenced') stopped = stopped === 'cancelled' && reason === 'shutdown' ? stopped : reason;
    trainer.send({ kind: 'stop' });
    // Every heartbeat says it again, and the worker's end may follow: the earliest deadline stands.
    const deadlineMs = performance.now() + graceMs[reason];
    if (deadlineMs >= killAtMs) return;
    killAtMs = deadlineMs;
    clearTimeout(killTimer);
    killTimer = setTimeout(() => trainer.kill(), graceMs[reason]);
  };
  const onAbort = (): void => stop('shutdown');

  trainer.onMessage = (message) => {
    switch (message.kind) {
      case 'running':
        writer.runAfter(() => attempts.markRunning(attemptId));
        trainers.prepareSpare();
        return;
      case 'events':
        writer.write(message.events);
        return;
      case 'ended':
        said = message.outcome;
        return;
      default:
        message satisfies never;
    }
  };
  live.set(attemptId, { stop });
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    trainer.send({ kind: 'run', job: context.createJob(claimed) });
    if (signal.aborted) onAbort();
    const exit = await trainer.exited;
    await writer.flush();
    story.close();
    trainers.prepareSpare();
    return decideOutcome({ said, stopped, writeFailure, exit });
  } finally {
    clearTimeout(killTimer);
    signal.removeEventListener('abort', onAbort);
  }
}

interface Ending {
  said: TrainerOutcome | null;
  stopped: StopReason | null;
  writeFailure: { error: unknown } | null;
  exit: TrainerExit;
}

function decideOutcome({ said, stopped, writeFailure, exit }: Ending): AttemptOutcome | null {
  if (stopped === 'fenced') return null;
  if (writeFailure) {
    if (writeFailure.error instanceof AppError && writeFailure.error.code === 'FENCED') return null;
    if (stopped === null) return { kind: 'failed', error: createErrorRecord(writeFailure.error) };
  } else if (said && said.kind !== 'aborted') {
    return said;
  }
  if (stopped === 'cancelled') return { kind: 'cancelled' };
  if (stopped === 'shutdown') return null;
  return { kind: 'failed', error: describeExit(exit) };
}
