import { operations, type OperationId } from '@eyegazer/core';
import { cancelExperiment } from './handlers/cancel-experiment.js';
import { cancelImport } from './handlers/cancel-import.js';
import { createDataset } from './handlers/create-dataset.js';
import { createModel } from './handlers/create-model.js';
import { createSession } from './handlers/create-session.js';
import { createToken } from './handlers/create-token.js';
import { createUpload } from './handlers/create-upload.js';
import { createVersion } from './handlers/create-version.js';
import { deleteDataset } from './handlers/delete-dataset.js';
import { deleteExperiment } from './handlers/delete-experiment.js';
import { deleteModel } from './handlers/delete-model.js';
import { deleteUpload } from './handlers/delete-upload.js';
import { endSession } from './handlers/end-session.js';
import { exportVersion } from './handlers/export-version.js';
import { getArtifact } from './handlers/get-artifact.js';
import { getBackup } from './handlers/get-backup.js';
import { getBundle } from './handlers/get-bundle.js';
import { getDataset } from './handlers/get-dataset.js';
import { getDocsFile } from './handlers/get-docs-file.js';
import { getDocs } from './handlers/get-docs.js';
import { getExperiment } from './handlers/get-experiment.js';
import { getHealth } from './handlers/get-health.js';
import { getMetrics } from './handlers/get-metrics.js';
import { getModel } from './handlers/get-model.js';
import { getOpenApi } from './handlers/get-open-api.js';
import { getQueue } from './handlers/get-queue.js';
import { getReady } from './handlers/get-ready.js';
import { getSampleImage } from './handlers/get-sample-image.js';
import { getSeries } from './handlers/get-series.js';
import { getSession } from './handlers/get-session.js';
import { getUpload } from './handlers/get-upload.js';
import { listArtifacts } from './handlers/list-artifacts.js';
import { listAudit } from './handlers/list-audit.js';
import { listDatasets } from './handlers/list-datasets.js';
import { listDuplicates } from './handlers/list-duplicates.js';
import { listEvents } from './handlers/list-events.js';
import { listExperiments } from './handlers/list-experiments.js';
import { listModels } from './handlers/list-models.js';
import { listSamples } from './handlers/list-samples.js';
import { listTokens } from './handlers/list-tokens.js';
import { listVersions } from './handlers/list-versions.js';
import { listWorkers } from './handlers/list-workers.js';
import { previewVersion } from './handlers/preview-version.js';
import { restoreBackup } from './handlers/restore-backup.js';
import { restoreExperiment } from './handlers/restore-experiment.js';
import { retryExperiment } from './handlers/retry-experiment.js';
import { revokeToken } from './handlers/revoke-token.js';
import { startDemo } from './handlers/start-demo.js';
import { submitExperiment } from './handlers/submit-experiment.js';
import { writeUpload } from './handlers/write-upload.js';
import type { Handlers, Route } from './http/route.js';

const handlers: Handlers = {
  cancelExperiment,
  cancelImport,
  createDataset,
  createModel,
  createSession,
  createToken,
  createUpload,
  createVersion,
  deleteDataset,
  deleteExperiment,
  deleteModel,
  deleteUpload,
  endSession,
  exportVersion,
  getArtifact,
  getBackup,
  getBundle,
  getDataset,
  getDocs,
  getDocsFile,
  getExperiment,
  getHealth,
  getMetrics,
  getModel,
  getOpenApi,
  getQueue,
  getReady,
  getSampleImage,
  getSeries,
  getSession,
  getUpload,
  listArtifacts,
  listAudit,
  listDatasets,
  listDuplicates,
  listEvents,
  listExperiments,
  listModels,
  listSamples,
  listTokens,
  listVersions,
  listWorkers,
  previewVersion,
  restoreBackup,
  restoreExperiment,
  retryExperiment,
  revokeToken,
  startDemo,
  submitExperiment,
  writeUpload,
};

/** Every route of the API: the contract's operations with their handlers. */
export const routes: readonly Route[] = (Object.keys(operations) as OperationId[]).map((id) => ({
  id,
  operation: operations[id],
  // What the call holds was parsed by this very operation's schemas.
  handle: handlers[id] as Route['handle'],
}));
