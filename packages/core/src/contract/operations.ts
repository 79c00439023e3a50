import { binOperations } from './bin-operations.js';
import { datasetOperations } from './dataset-operations.js';
import { documentOperations } from './document-operations.js';
import { experimentOperations } from './experiment-operations.js';
import { modelOperations } from './model-operations.js';
import { systemOperations } from './system-operations.js';
import { workerOperations } from './worker-operations.js';

/** Every operation of the API by its id. */
export const operations = {
  ...experimentOperations,
  ...binOperations,
  ...datasetOperations,
  ...modelOperations,
  ...workerOperations,
  ...systemOperations,
  ...documentOperations,
};

export type Operations = typeof operations;
export type OperationId = keyof Operations;
