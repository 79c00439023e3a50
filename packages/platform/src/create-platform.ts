import { AppError, type Clock, type Logger, type Topic } from '@eyegazer/core';
import type { AttemptRepository } from './db/attempt-repository.js';
import type { DatasetRepository } from './db/dataset-repository.js';
import type { ExperimentRepository } from './db/experiment-repository.js';
import type { ModelRepository } from './db/model-repository.js';
import type { WorkerRepository } from './db/worker-repository.js';
import type { EventLog } from './events/event-log.js';
import type { Subscriber, Subscription } from './events/notifications.js';
import type { Placer } from './placement/create-placer.js';
import type { Queues } from './queue/create-queues.js';

/** One process's way to database, event log and queue. Migrations must have been applied. */
export interface Platform {
  datasets: DatasetRepository;
  models: ModelRepository;
  experiments: ExperimentRepository;
  attempts: AttemptRepository;
  workers: WorkerRepository;
  events: EventLog;
  queues: Queues;
  /** Not started: whoever is to place calls `start()`. */
  placer: Placer;
  /** Hears about changes, of this process too; one database connection serves all subscribers. */
  subscribe(subscriber: Subscriber): Subscription;
  /** Tells every process that a topic changed. Repositories do this by themselves. */
  notifyTopic(topic: Topic, id?: string): void;
  /** @throws AppError UNAVAILABLE when the database does not answer */
  ping(): Promise<void>;
  /** Stops the placer, consumers and connections; sends the notices that still wait. */
  close(): Promise<void>;
}

/** @throws AppError UNAVAILABLE when the database cannot be reached */
export async function createPlatform(_options: { databaseUrl: string; log: Logger; clock?: Clock }): Promise<Platform> {
  throw new AppError('UNSUPPORTED');
}
