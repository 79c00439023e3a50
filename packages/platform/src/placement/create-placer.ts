import type { Clock, Logger } from '@eyegazer/core';
import type { PlacementRepository } from '../db/placement-repository.js';
import type { WorkerRepository } from '../db/worker-repository.js';
import type { Subscriber, Subscription } from '../events/notifications.js';
import type { Queues } from '../queue/queues.js';

/** Turns waiting experiments and free devices into leases, attempts and outbox rows, and publishes the outbox. */
export interface Placer {
  /** Runs on every change and once a second until stopped. */
  start(): void;
  /** Waits for a run in progress. */
  stop(): Promise<void>;
  /** One round: lost workers, placement, outbox. `placed` is 0 when another placer is at it. */
  runOnce(): Promise<{ placed: number; published: number }>;
}

interface PlacerParts {
  placement: PlacementRepository;
  workers: WorkerRepository;
  queues: Queues;
  subscribe: (subscriber: Subscriber) => Subscription;
  clock: Clock;
  log: Logger;
  /** Hears of every round that `start` makes. */
  onRound?: ((round: PlacementRound) => void) | undefined;
}

export interface PlacementRound {
  seconds: number;
  ok: boolean;
}

const roundMs = 1000;
/** While no placer ran, or no database answered it, no worker could be heard: after such a gap every one gets time to be. */
const gapMs = 5000;
const graceMs = 10_000;

export function createPlacer({ placement, workers, queues, subscribe, clock, log, onRound }: PlacerParts): Placer {
  let subscription: Subscription | null = null;
  let timer: NodeJS.Timeout | null = null;
  let current: Promise<void> | null = null;
  let again = false;
  let lastAnswerMs = Number.NEGATIVE_INFINITY;
  let judgesFromMs = 0;
  let fails = false;

  async function runOnce(): Promise<{ placed: number; published: number }> {
    const nowMs = clock.now();
    if (nowMs - lastAnswerMs > gapMs) judgesFromMs = nowMs + graceMs;
    if (nowMs >= judgesFromMs) {
      for (const workerId of await workers.markLost()) log.warn({ workerId }, 'A worker fell silent; its experiments are queued again');
    }
    const placed = await placement.placeWaiting();
    lastAnswerMs = clock.now();
    return { placed, published: await publishOutbox() };
  }

  /** Between publishing and marking a crash may fall: the same job id is then published again, which changes nothing. */
  async function publishOutbox(): Promise<number> {
    const rows = await placement.readOutbox();
    for (const { attemptId, workerId, priority } of rows) {
      await queues.publish(workerId, { attemptId, priority });
      await placement.markPublished([attemptId]);
    }
    return rows.length;
  }

  /** Rounds one after the other; what comes during one makes one more. */
  function wake(): void {
    if (current !== null) {
      again = true;
      return;
    }
    again = false;
    const startedAt = performance.now();
    const round = runOnce().then(
      () => note(null, startedAt),
      (error: unknown) => note({ error: String(error) }, startedAt),
    );
    current = round.finally(() => {
      current = null;
      if (again && timer !== null) wake();
    });
  }

  /** Rounds fail every second while the database is away: that is told once, and that they work again. */
  function note(failure: { error: string } | null, startedAt: number): void {
    onRound?.({ seconds: (performance.now() - startedAt) / 1000, ok: failure === null });
    if (failure !== null && !fails) log.error(failure, 'Placement fails; it is tried again every second');
    if (failure === null && fails) log.info({}, 'Placement works again');
    fails = failure !== null;
  }

  return {
    runOnce,
    start() {
      if (timer !== null) return;
      subscription = subscribe({ onWake: wake, onReconnect: wake });
      timer = setInterval(wake, roundMs);
      wake();
    },
    async stop() {
      subscription?.close();
      if (timer !== null) clearInterval(timer);
      timer = null;
      await current;
    },
  };
}
