/** Names of the schemas that others contain; whatever an operation itself takes or answers is named after it. */
import type { z } from 'zod';
import { adapterSchema, loraAdapterSchema } from '../../config/adapter-config.js';
import { experimentConfigInputSchema, experimentConfigSchema, taskConfigSchema } from '../../config/experiment-config.js';
import { splitConfigSchema } from '../../dataset/dataset-split.js';
import { importReportSchema } from '../../dataset/dataset-report.js';
import { errorRecordSchema } from '../../errors/error-record.js';
import { artifactDataSchema, evaluationDataSchema, evaluationMetricsSchema, experimentEventSchema, findingDataSchema, planDataSchema, progressDataSchema } from '../../events/experiment-event.js';
import { actorSchema, auditEntryWireSchema, sessionAnswerSchema, tokenWireSchema } from '../../wire/access-wire.js';
import { datasetSampleWireSchema, datasetVersionWireSchema, datasetWireSchema } from '../../wire/dataset-wire.js';
import { errorAnswerSchema } from '../../wire/error-wire.js';
import { attemptWireSchema, experimentDetailSchema, experimentSummarySchema, submitAnswerSchema, submitPlanSchema, warningSchema } from '../../wire/experiment-wire.js';
import { modelSourceSchema } from '../../models/model-source.js';
import { modelWireSchema } from '../../wire/model-wire.js';
import { readinessCheckSchema, readyAnswerSchema } from '../../wire/system-wire.js';
import { deviceWireSchema, workerWireSchema } from '../../wire/worker-wire.js';
import { uploadWireSchema } from '../../wire/upload-wire.js';

/** What is answered: every default is filled in. */
export const answerSchemas: Readonly<Record<string, z.ZodType>> = {
  Actor: actorSchema,
  Adapter: adapterSchema,
  LoraAdapter: loraAdapterSchema,
  Artifact: artifactDataSchema,
  Attempt: attemptWireSchema,
  AuditEntry: auditEntryWireSchema,
  Dataset: datasetWireSchema,
  DatasetSample: datasetSampleWireSchema,
  DatasetVersion: datasetVersionWireSchema,
  Device: deviceWireSchema,
  Error: errorAnswerSchema,
  ErrorRecord: errorRecordSchema,
  Evaluation: evaluationDataSchema,
  EvaluationMetrics: evaluationMetricsSchema,
  Experiment: experimentDetailSchema,
  ExperimentConfig: experimentConfigSchema,
  ExperimentEvent: experimentEventSchema,
  ExperimentSummary: experimentSummarySchema,
  Finding: findingDataSchema,
  ImportReport: importReportSchema,
  Model: modelWireSchema,
  Progress: progressDataSchema,
  ReadinessCheck: readinessCheckSchema,
  Ready: readyAnswerSchema,
  Session: sessionAnswerSchema,
  Split: splitConfigSchema,
  SubmitAnswer: submitAnswerSchema,
  SubmitPlan: submitPlanSchema,
  Task: taskConfigSchema,
  Token: tokenWireSchema,
  TrainingPlan: planDataSchema,
  Upload: uploadWireSchema,
  Warning: warningSchema,
  Worker: workerWireSchema,
};

/** What is sent: defaults may be left out. */
export const bodySchemas: Readonly<Record<string, z.ZodType>> = {
  AdapterInput: adapterSchema,
  LoraAdapterInput: loraAdapterSchema,
  ExperimentConfigInput: experimentConfigInputSchema,
  ModelSourceInput: modelSourceSchema,
  SplitInput: splitConfigSchema,
  TaskInput: taskConfigSchema,
};
