export { createPlatform, type Platform } from './create-platform.js';
export { createLogger, type LoggerOptions } from './create-logger.js';
export { logLevelSchema, type LogLevel } from './settings/log-level.js';
export { createSecretHider, findSecrets } from './hide-secrets.js';
export { startEmbeddedPostgres, type EmbeddedPostgres } from './postgres/start-embedded-postgres.js';
export { loadWorkerToken } from './db/load-worker-token.js';
export { applyMigrations } from './db/apply-migrations.js';
export type { MigrationState } from './db/migration-state.js';

export type { DatasetRepository, ImportedImages } from './db/dataset-repository.js';
export type { FinishedImport } from './db/dataset-import-repository.js';
export type { DatasetVersionRef } from './db/present-dataset.js';
export type { NewVersion } from './db/ensure-version.js';
export type { FinishedModelImport, ModelImportRepository } from './db/model-import-repository.js';
export type { ModelFile, ModelRepository, NewModel, StoredModel } from './db/model-repository.js';
export { isId } from './db/new-id.js';
export type { ExperimentQuery, ExperimentRepository, NewExperiment } from './db/experiment-repository.js';
export type { AuditRepository, NewAuditEntry } from './db/audit-repository.js';
export { sessionDays, type SessionRepository, type UsableSession } from './db/session-repository.js';
export type { TokenRepository, UsableToken } from './db/token-repository.js';
export type { AttemptOutcome, AttemptRepository, ClaimedAttempt } from './db/attempt-repository.js';
export type { RunningPace, Statistics, StatisticsRepository, WorkerEventLog } from './db/statistics-repository.js';
export type { DeviceReport, EventLogWork, Heartbeat, HeartbeatAnswer, WorkerIdentity, WorkerRegistration, WorkerRepository } from './db/worker-repository.js';

export type { AppendEvents, EventLog, SeriesQuery } from './events/event-log.js';
export type { Subscriber, Subscription, WorkerCommand } from './events/notifications.js';
export type { PlacementRound, Placer } from './placement/create-placer.js';
export { createQueues, type QueueOptions } from './queue/create-queues.js';
export type { AttemptJob, ConsumeOptions, Consumer, PublishedAttempt, Queues } from './queue/queues.js';

export { createFolderStore } from './artifacts/folder-store.js';
export { openBucketFolder } from './artifacts/open-bucket-folder.js';
export { openBucketReader, type BucketReader } from './artifacts/open-bucket-reader.js';
export { addressStore, openStore, storeAddressSchema, type OpenStoreOptions, type StoreAddress } from './artifacts/open-store.js';

export { openHubRepo } from './hub/open-hub-repo.js';
export { downloadFile, type DownloadOptions } from './sources/download-file.js';
export type { Digest, RemoteFile, RemoteFolder } from './sources/remote-folder.js';

export { childEnvironment } from './settings/child-environment.js';
export { cacheGigabytesSchema, parseConnections, parseS3Access, s3AccessSchema, type Connections, type S3Access, type S3Settings, type StoreSettings } from './settings/connections.js';
export { hubSettingsSchema, parseHubSettings, type HubSettings } from './settings/hub-settings.js';
export { parseEnvironment, type Environment } from './settings/parse-environment.js';

export { createMaintenance, type Maintenance, type MaintenanceReport } from './maintenance/create-maintenance.js';
export type { GarbageReport } from './maintenance/collect-garbage.js';

export type { Backup } from './backup/create-backup.js';
export type { RestoreReport } from './backup/restore-backup.js';
export type { BackupManifest } from './backup/backup-format.js';

export { retryWhileUnavailable } from './retry-while-unavailable.js';
export { createProcessLife, type ProcessLife } from './process/process-life.js';
export { watchParent } from './process/watch-parent.js';
