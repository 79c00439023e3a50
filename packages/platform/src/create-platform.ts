import { systemClock, type ArtifactStore, type Clock, type Logger, type Topic } from '@eyegazer/core';
import { createBackup, type Backup } from './backup/create-backup.js';
import { restoreBackup, type RestoreReport } from './backup/restore-backup.js';
import { assertDatabaseAnswers } from './db/assert-database-answers.js';
import { createAttemptRepository, type AttemptRepository } from './db/attempt-repository.js';
import { createAuditRepository, type AuditRepository } from './db/audit-repository.js';
import { createEventLog } from './db/create-event-log.js';
import { createDatasetRepository, type DatasetRepository } from './db/dataset-repository.js';
import { createExperimentRepository, type ExperimentRepository } from './db/experiment-repository.js';
import { createImportClaims } from './db/import-claims.js';
import { readMigrationState, type MigrationState } from './db/migration-state.js';
import { createModelImportRepository, type ModelImportRepository } from './db/model-import-repository.js';
import { createModelRepository, type ModelRepository } from './db/model-repository.js';
import { openDatabase } from './db/open-database.js';
import { createPlacementRepository } from './db/placement-repository.js';
import { createSessionRepository, type SessionRepository } from './db/session-repository.js';
import { createStatisticsRepository, type StatisticsRepository } from './db/statistics-repository.js';
import { createTokenRepository, type TokenRepository } from './db/token-repository.js';
import { createWrite } from './db/unit-of-work.js';
import { createWorkerRepository, type WorkerRepository } from './db/worker-repository.js';
import { Changes } from './events/changes.js';
import { createListener } from './events/create-listener.js';
import { channel, createNotifier } from './events/create-notifier.js';
import type { EventLog } from './events/event-log.js';
import type { Subscriber, Subscription } from './events/notifications.js';
import { guardService, orUnavailable } from './guard-service.js';
import { createPlacer, type PlacementRound, type Placer } from './placement/create-placer.js';
import { createQueues } from './queue/create-queues.js';
import type { Queues } from './queue/queues.js';

/** One process's way to database, event log and queue. Migrations must have been applied. */
export interface Platform {
  datasets: DatasetRepository;
  models: ModelRepository;
  modelImports: ModelImportRepository;
  experiments: ExperimentRepository;
  attempts: AttemptRepository;
  workers: WorkerRepository;
  tokens: TokenRepository;
  sessions: SessionRepository;
  audit: AuditRepository;
  statistics: StatisticsRepository;
  events: EventLog;
  queues: Queues;
  /** Not started: whoever is to place calls `start()`. */
  placer: Placer;
  /** Hears about changes, of this process too; one database connection serves all subscribers. */
  subscribe(subscriber: Subscriber): Subscription;
  /** Tells every process that a topic changed. Repositories do this by themselves. */
  notifyTopic(topic: Topic, id?: string): void;
  /** Begins a backup of database and store. @throws AppError UNAVAILABLE */
  createBackup(store: ArtifactStore): Promise<Backup>;
  /** Puts a backup into this database, which must hold no datasets, models and experiments, and into the store. @throws as restoreBackup */
  restoreBackup(input: AsyncIterable<Uint8Array>, store: ArtifactStore): Promise<RestoreReport>;
  /** @throws AppError UNAVAILABLE when the database does not answer */
  ping(): Promise<void>;
  /** @throws AppError UNAVAILABLE */
  migrations(): Promise<MigrationState>;
  /** Stops the placer, consumers and connections; sends the notices that still wait. */
  close(): Promise<void>;
}

export interface PlatformOptions {
  databaseUrl: string;
  /** Null or left out: the queue lives in the database. */
  redisUrl?: string | null;
  log: Logger;
  clock?: Clock;
  onPlacementRound?: (round: PlacementRound) => void;
}

/** @throws AppError UNAVAILABLE when the database or Redis cannot be reached */
export async function createPlatform({ databaseUrl, redisUrl = null, log, clock = systemClock, onPlacementRound }: PlatformOptions): Promise<Platform> {
  await assertDatabaseAnswers(databaseUrl);
  const queues = await createQueues({ databaseUrl, redisUrl, log });
  const database = openDatabase({ url: databaseUrl, log });
  const notifier = createNotifier({
    send: async (payloads) => void (await database.prisma.$executeRaw`SELECT pg_notify(${channel}, payload) FROM unnest(${payloads}::text[]) AS payload`),
    log,
  });
  const listener = createListener({ url: databaseUrl, log });
  const claims = createImportClaims({ url: databaseUrl, log });
  const parts = { database, write: createWrite({ database, notifier, log }) };
  const workers = guardService(createWorkerRepository(parts));
  const placer = createPlacer({ placement: guardService(createPlacementRepository(parts)), workers, queues, subscribe: listener.subscribe, clock, log, onRound: onPlacementRound });

  return {
    datasets: guardService(createDatasetRepository({ ...parts, claims })),
    models: guardService(createModelRepository({ ...parts, claims })),
    modelImports: guardService(createModelImportRepository({ ...parts, claims })),
    experiments: guardService(createExperimentRepository(parts)),
    attempts: guardService(createAttemptRepository(parts)),
    workers,
    tokens: guardService(createTokenRepository(parts)),
    sessions: guardService(createSessionRepository(parts)),
    audit: guardService(createAuditRepository(parts)),
    statistics: guardService(createStatisticsRepository(parts)),
    events: guardService(createEventLog(parts)),
    queues,
    placer,
    subscribe: listener.subscribe,
    notifyTopic(topic, id) {
      const changes = new Changes();
      changes.addTopic(topic, id);
      notifier.add(changes);
    },
    createBackup: (store) => createBackup({ databaseUrl, store, log, clock }),
    restoreBackup: (input, store) => restoreBackup(input, { databaseUrl, store, log }),
    ping: () => orUnavailable(async () => void (await database.prisma.$executeRaw`SELECT 1`)),
    migrations: () => orUnavailable(() => readMigrationState(database)),
    async close() {
      await placer.stop();
      await queues.close();
      await notifier.close();
      await listener.close();
      await claims.close();
      await database.close();
    },
  };
}
