export { AppError, type AppErrorOptions } from './errors/app-error.js';
export { errorCodes, type ErrorCode } from './errors/error-codes.js';
export { createErrorRecord, errorRecordSchema, type ErrorRecord } from './errors/error-record.js';
export { accessTokenPattern, accessTokenSchema } from './access/access-token.js';
export { isAllowed, operationRoles, roles, type OperationRole, type Role } from './access/roles.js';
export { createRandomKey, randomNormal, randomUint32, randomUniform, threefry2x32, type RandomKey } from './random/counter-random.js';
export { shortenText } from './parse/clean-text.js';
export { parseWith, type ParseOptions } from './parse/parse-with.js';
export { showValue } from './parse/show-value.js';
export { sha256Schema } from './parse/sha256-schema.js';

export { deviceKinds, precisions, recomputeModes, type DeviceKind, type Precision, type RecomputeMode } from './config/compute-options.js';
export { deviceIdSchema, deviceKindOf, parseDeviceId, type DeviceId } from './config/device-id.js';
export { isDecayed } from './config/is-decayed.js';
export { loraTargetModules, type LoraTargetModule } from './config/lora-targets.js';
export { augmentPresets, augmentSchema, resolveAugmentation, type AugmentConfig, type Augmentation, type AugmentPresetName } from './config/augment-config.js';
export { imageStepsSchema, noImageSteps, type ImageSteps } from './config/image-steps.js';
export { adapterMethods, loraAdapterSchema, type AdapterConfig, type AdapterMethod, type LoraAdapterConfig } from './config/adapter-config.js';
export { describeAdapter } from './config/describe-adapter.js';
export {
  experimentConfigInputSchema,
  experimentConfigSchema,
  parseExperimentConfig,
  selectionMetrics,
  type ExperimentConfig,
  type HealthConfig,
  type SelectionMetric,
  type TaskConfig,
} from './config/experiment-config.js';
export { isBinary, pathParams, type BinaryContent, type Content, type Operation, type PathParams, type RequestHeader } from './contract/operation.js';
export type { AnswerBodyOf, BodyInputOf, BodyOf, QueryKeyOf, QueryOf } from './contract/operation-types.js';
export { createOpenApi, type OpenApiDocument, type OpenApiOperation, type OpenApiOptions, type OpenApiResponse } from './contract/openapi/create-open-api.js';
export { configExamples } from './contract/openapi/config-examples.js';
export { operations, type OperationId, type Operations } from './contract/operations.js';
export { resolveTask, type ResolvedTask } from './tasks/resolve-task.js';
export { resolveClassWeights, type ClassWeightsOptions } from './tasks/class-weights.js';
export { numOutputsOf, predictedClass, targetOf, taskClassNames } from './tasks/task-head.js';

export { plannedUpdates } from './batch/planned-updates.js';
export { splitWindow } from './batch/split-window.js';
export { findClassImbalance } from './preflight/class-imbalance.js';
export { findConflictingLabels } from './preflight/conflicting-labels.js';
export { findDatasetLeaks } from './preflight/dataset-leaks.js';
export { findCoarseWeights } from './preflight/coarse-weights.js';
export { findFewUpdates } from './preflight/few-updates.js';
export { findMissingCheckpoints } from './preflight/missing-checkpoints.js';
export { findHotLearningRate } from './preflight/hot-learning-rate.js';
export { findLookShortcut, shortcutKappa } from './preflight/look-shortcut.js';
export { findTinyEvaluation } from './preflight/tiny-evaluation.js';
export { findUnorderedClasses } from './preflight/unordered-classes.js';
export { findWeighedTwice } from './preflight/weighed-twice.js';
export { preflight, type PreflightFacts } from './preflight/preflight.js';
export type { BatchPiece, LoadedPiece } from './batch/batch-piece.js';
export { evaluationPieces } from './batch/evaluation-pieces.js';
export { trainingPieces, type TrainingPiecesOptions } from './batch/training-pieces.js';
export { learningRateAt, type ScheduleOptions } from './schedule/learning-rate.js';
export { referenceLearningRates } from './schedule/reference-learning-rate.js';

export { assertExperimentTransition, experimentStates, experimentTransitions, isEnded, type ExperimentState } from './states/experiment-state.js';
export { assertAttemptTransition, attemptStates, attemptTransitions, isLive, type AttemptState } from './states/attempt-state.js';
export { neededDevice, type NeededDevice } from './placement/needed-device.js';
export { place, type FreeDevice, type Placement, type WaitingExperiment } from './placement/place.js';

export {
  eventTypes,
  experimentEventSchema,
  findingLevels,
  planDataSchema,
  trainingSeries,
  writtenEventSchema,
  type EvaluationMetrics,
  type EventBody,
  type EventData,
  type EventType,
  type ExperimentEvent,
  type WrittenEvent,
} from './events/experiment-event.js';

export {
  manifestHeaderSchema,
  manifestSampleSchema,
  type ManifestHeader,
  type ManifestSample,
} from './dataset/dataset-manifest.js';
export { versionFindingsSchema, type VersionFindings } from './dataset/version-findings.js';
export { splitConfigSchema, splitNames, type SplitConfig, type SplitName } from './dataset/dataset-split.js';
export {
  datasetLayouts,
  imageIndexHeaderSchema,
  indexedImageSchema,
  type DatasetLayout,
  type ImageIndexHeader,
  type IndexedImage,
} from './dataset/image-index.js';
export { exportLayouts, type ExportLayout } from './dataset/export-layouts.js';
export { finishedShardSchema, journalHeadSchema, type FinishedShard, type JournalHead } from './dataset/import-journal.js';
export { curationSchema, duplicatePolicies, type Curation, type CurationInput, type DuplicatePolicy } from './dataset/curation.js';
export {
  datasetAuditSchema,
  duplicateGroupSchema,
  duplicateKinds,
  type DatasetAudit,
  type DuplicateGroup,
  type Histogram,
  type Probe,
} from './dataset/dataset-audit.js';
export {
  importPhases,
  importProgressSchema,
  importReportSchema,
  type ImportProblem,
  type ImportProgress,
  type ImportReport,
} from './dataset/dataset-report.js';

export type { RuleId } from './health/rule-ids.js';

export type { ArtifactStore, DownloadOptions, ListedArtifact, StoredArtifact } from './ports/artifact-store.js';
export { systemClock, type Clock } from './ports/clock.js';
export type { Logger } from './ports/logger.js';

export {
  columnsSchema,
  createDatasetSchema,
  curationPreviewSchema,
  datasetSampleWireSchema,
  datasetSourceSchema,
  datasetVersionWireSchema,
  datasetWireSchema,
  duplicateGroupWireSchema,
  type Columns,
  type CreateDataset,
  type CurationPreview,
  type DatasetSampleWire,
  type DatasetSource,
  type DatasetVersionWire,
  type DatasetWire,
  type DuplicateGroupWire,
} from './wire/dataset-wire.js';
export { uploadWireSchema, type UploadWire } from './wire/upload-wire.js';
export { bucketUriSchema, defaultRevision, formatModelSource, modelSourceSchema, parseModelSource, type ModelSource } from './models/model-source.js';
export {
  createModelSchema,
  isReady,
  modelFactsSchema,
  modelNameSchema,
  modelProgressSchema,
  modelWireSchema,
  type CreateModel,
  type ModelFacts,
  type ModelProgress,
  type ModelWire,
  type ReadyModelWire,
} from './wire/model-wire.js';
export {
  experimentDetailSchema,
  experimentSummarySchema,
  seriesAnswerSchema,
  submitAnswerSchema,
  type AttemptWire,
  type ExperimentDetail,
  type ExperimentSummary,
  type SeriesAnswer,
  type SeriesBucket,
  type SubmitAnswer,
  type SubmitPlan,
  type SubmitWarning,
} from './wire/experiment-wire.js';
export { bundleName } from './wire/bundle-name.js';
export { workersAnswerSchema, type DeviceWire, type WorkerWire } from './wire/worker-wire.js';
export { pageQuerySchema, pageSchema, type Page, type PageQuery } from './wire/list-wire.js';
export {
  eventsQuerySchema,
  experimentQuerySchema,
  sampleImageQuerySchema,
  sampleQuerySchema,
  seriesQuerySchema,
  submitQuerySchema,
  type EventsQuery,
  type ExperimentQuery,
  type SampleQuery,
  type SeriesQuery,
} from './wire/query-wire.js';
export { errorAnswerSchema, type ErrorAnswer } from './wire/error-wire.js';
export {
  actorSchema,
  auditEntryWireSchema,
  createdTokenSchema,
  createSessionSchema,
  createTokenSchema,
  sessionAnswerSchema,
  tokenWireSchema,
  type Actor,
  type AuditEntryWire,
  type CreatedToken,
  type CreateSession,
  type CreateToken,
  type SessionAnswer,
  type TokenWire,
} from './wire/access-wire.js';
export { demoAnswerSchema, type DemoAnswer } from './wire/demo-wire.js';
export { queueWireSchema, type QueueWire } from './wire/queue-wire.js';
export {
  healthAnswerSchema,
  readinessCheckSchema,
  readyAnswerSchema,
  restoreAnswerSchema,
  type HealthAnswer,
  type ReadinessCheck,
  type ReadyAnswer,
  type RestoreAnswer,
} from './wire/system-wire.js';
export { eventsAnswerSchema, type EventsAnswer } from './wire/events-wire.js';
export {
  subscribeSchema,
  unsubscribeSchema,
  type ClientToServerEvents,
  type ServerToClientEvents,
  type Subscribe,
  type SubscribeAnswer,
  type Topic,
  type Unsubscribe,
} from './wire/socket-wire.js';

export { confusionMatrix, predictedCounts, truthCounts, type ConfusionMatrix } from './metrics/confusion-matrix.js';
export {
  accuracy,
  balancedAccuracy,
  macroF1,
  matthewsCorrelation,
  precisionByClass,
  quadraticWeightedKappa,
  recallByClass,
} from './metrics/classification-metrics.js';
export { totalOf } from './metrics/total-of.js';
export { regressionMetrics, type RegressionMetrics } from './metrics/regression-metrics.js';
export { taskLoss } from './metrics/task-loss.js';
export { logitsHash } from './metrics/logits-hash.js';
export { evaluateLogits, type EvaluationInput } from './metrics/evaluate-logits.js';
export { isBetterEvaluation } from './metrics/better-evaluation.js';

export { judgeEvaluation, type EvaluationJudgement, type JudgeEvaluationOptions } from './health/judge-evaluation.js';
export { judgeNonFinite } from './health/judge-non-finite.js';
export { nextHealthState, type HealthState } from './health/health-state.js';
