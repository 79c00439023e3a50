import { AppError, parseExperimentConfig, type WrittenEvent } from '@eyegazer/core';
import type { AttemptOutcome, ClaimedAttempt, ConsumeOptions, Heartbeat, HeartbeatAnswer, Subscriber, WorkerCommand } from '@eyegazer/platform';
import type { AgentOptions } from '@eyegazer/worker';

/** In place of the database: what an agent asked of it, and levers to answer as a test needs. */
export interface FakePlatform {
  platform: AgentOptions['platform'];
  /** Delivers an attempt; resolves when the handler is done. */
  deliver(attemptId: string): Promise<void>;
  command(command: WorkerCommand): void;
  readonly events: WrittenEvent[];
  readonly batches: WrittenEvent[][];
  readonly calls: string[];
  readonly outcomes: Map<string, AttemptOutcome>;
  /** Makes the next appends fail. */
  appendError: AppError | null;
  /** What claiming and ending wait for. */
  hold: () => Promise<unknown>;
  heartbeatAnswer: (heartbeat: Heartbeat) => HeartbeatAnswer | Promise<HeartbeatAnswer>;
  /** Resolves when the log holds an event that matches. */
  untilEvent(matches: (event: WrittenEvent) => boolean): Promise<void>;
}

const hash = 'a'.repeat(64);

/** @param scripts attempt id -> what the scripted trainer does */
export function createFakePlatform(scripts: Record<string, string>): FakePlatform {
  const claimed = new Set<string>();
  const watchers: { matches: (event: WrittenEvent) => boolean; resolve: () => void }[] = [];
  const controller = new AbortController();
  const running = new Set<Promise<void>>();
  let subscriber: Subscriber = {};
  let options: ConsumeOptions | null = null;

  const fake: FakePlatform = {
    events: [],
    batches: [],
    calls: [],
    outcomes: new Map(),
    appendError: null,
    hold: () => Promise.resolve(),
    heartbeatAnswer: () => ({ stop: [] }),
    deliver(attemptId) {
      if (!options) throw new Error('Nobody consumes.');
      const work = options.handler({ attemptId }, controller.signal);
      running.add(work);
      return work.finally(() => running.delete(work));
    },
    command: (command) => subscriber.onCommand?.(command),
    untilEvent: (matches) =>
      new Promise((resolve) => {
        if (fake.events.some(matches)) resolve();
        else watchers.push({ matches, resolve });
      }),
    platform: {
      workers: {
        async register() {
          fake.calls.push('register');
          return { workerId: 'worker', generation: 1 };
        },
        async heartbeat(heartbeat) {
          return fake.heartbeatAnswer(heartbeat);
        },
        async markStopped() {
          fake.calls.push('markStopped');
        },
        markLost: async () => [],
        list: async () => [],
      },
      attempts: {
        async claim({ attemptId }) {
          fake.calls.push(`claim ${attemptId}`);
          await fake.hold();
          const script = scripts[attemptId];
          if (script === undefined || claimed.has(attemptId)) return null;
          claimed.add(attemptId);
          return claimOf(attemptId, script);
        },
        async markRunning(attemptId) {
          fake.calls.push(`markRunning ${attemptId}`);
        },
        async end(attemptId, outcome) {
          fake.calls.push(`end ${attemptId}`);
          await fake.hold();
          fake.outcomes.set(attemptId, outcome);
        },
      },
      events: {
        async append({ events }) {
          if (fake.appendError) throw fake.appendError;
          fake.batches.push(events);
          fake.events.push(...events);
          for (const watcher of watchers) if (events.some(watcher.matches)) watcher.resolve();
          return { lastSeq: fake.events.length };
        },
        read: async () => [],
        lastSeq: async () => fake.events.length,
        readSeries: async () => ({ attempt: 1, upTo: 0, series: {} }),
      },
      queues: {
        publish: async () => undefined,
        depth: async () => 0,
        listWorkers: async () => [],
        forget: async () => undefined,
        async consume(_workerId, consumeOptions) {
          options = consumeOptions;
          return {
            async close() {
              controller.abort();
              await Promise.allSettled(running);
            },
          };
        },
        ping: async () => undefined,
        close: async () => undefined,
      },
      subscribe(given) {
        subscriber = given;
        return { ready: Promise.resolve(), close: () => undefined };
      },
    },
  };
  return fake;
}

function claimOf(attemptId: string, experimentName: string): ClaimedAttempt {
  const config = parseExperimentConfig({ dataset: 'toy' });
  return {
    attemptId,
    experimentId: `experiment of ${attemptId}`,
    experimentName,
    attempt: 1,
    deviceKey: 'machine:cpu',
    config,
    dataset: { datasetId: 'd', versionId: 'v', name: 'toy', version: 1, contentId: hash, classNames: ['a', 'b'], ordinal: true, counts: { train: [1, 0], eval: [1, 0], predict: [0] } },
    model: {
      id: 'm', name: 'tiny', source: '/models/tiny', state: 'ready', modelType: 'vit', parameterCount: 1, byteLength: 1, imageSize: 16, patchSize: 8, hiddenSize: 16,
      numHiddenLayers: 2, numAttentionHeads: 2, createdAt: '2026-01-01T00:00:00.000Z', files: [],
    },
  };
}
