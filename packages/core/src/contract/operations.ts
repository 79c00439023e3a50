import { backupOperations } from './backup-operations.js';
import { binOperations } from './bin-operations.js';
import { datasetOperations } from './dataset-operations.js';
import { documentOperations } from './document-operations.js';
import { experimentOperations } from './experiment-operations.js';
import { modelOperations } from './model-operations.js';
import { queueOperations } from './queue-operations.js';
import { sessionOperations } from './session-operations.js';
import { systemOperations } from './system-operations.js';
import { tokenOperations } from './token-operations.js';
import { uploadOperations } from './upload-operations.js';
import { workerOperations } from './worker-operations.js';

/** Every operation of the API by its id. */
export const operations = {
  ...experimentOperations,
  ...binOperations,
  ...datasetOperations,
  ...uploadOperations,
  ...modelOperations,
  ...workerOperations,
  ...queueOperations,
  ...sessionOperations,
  ...tokenOperations,
  ...systemOperations,
  ...backupOperations,
  ...documentOperations,
};

export type Operations = typeof operations;
export type OperationId = keyof Operations;
