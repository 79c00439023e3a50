import {
  createDatasetSchema,
  createModelSchema,
  eventsQuerySchema,
  experimentQuerySchema,
  pageQuerySchema,
  sampleImageQuerySchema,
  sampleQuerySchema,
  seriesQuerySchema,
  submitQuerySchema,
} from '@eyegazer/core';
import { z } from 'zod';
import { cancelExperiment } from './handlers/cancel-experiment.js';
import { createDataset } from './handlers/create-dataset.js';
import { createModel } from './handlers/create-model.js';
import { deleteDataset } from './handlers/delete-dataset.js';
import { deleteModel } from './handlers/delete-model.js';
import { getArtifact } from './handlers/get-artifact.js';
import { getBundle } from './handlers/get-bundle.js';
import { getDataset } from './handlers/get-dataset.js';
import { getExperiment } from './handlers/get-experiment.js';
import { getHealth } from './handlers/get-health.js';
import { getMetrics } from './handlers/get-metrics.js';
import { getReady } from './handlers/get-ready.js';
import { getSampleImage } from './handlers/get-sample-image.js';
import { listArtifacts } from './handlers/list-artifacts.js';
import { listDatasets } from './handlers/list-datasets.js';
import { listEvents } from './handlers/list-events.js';
import { listExperiments } from './handlers/list-experiments.js';
import { listModels } from './handlers/list-models.js';
import { listSamples } from './handlers/list-samples.js';
import { listWorkers } from './handlers/list-workers.js';
import { retryExperiment } from './handlers/retry-experiment.js';
import { startDemo } from './handlers/start-demo.js';
import { submitExperiment } from './handlers/submit-experiment.js';
import { route, type Route } from './http/route.js';

/** Every route of the API. */
export const routes: readonly Route[] = [
  route({ method: 'get', path: '/api/health', handler: getHealth }),
  route({ method: 'get', path: '/api/ready', handler: getReady }),

  route({ method: 'post', path: '/api/datasets', body: createDatasetSchema, handler: createDataset }),
  route({ method: 'get', path: '/api/datasets', query: pageQuerySchema, handler: listDatasets }),
  route({ method: 'get', path: '/api/datasets/:id', handler: getDataset }),
  route({ method: 'delete', path: '/api/datasets/:id', handler: deleteDataset }),
  route({ method: 'get', path: '/api/datasets/:id/samples', query: sampleQuerySchema, handler: listSamples }),
  route({ method: 'get', path: '/api/datasets/:id/samples/:sampleId/image', query: sampleImageQuerySchema, handler: getSampleImage }),

  route({ method: 'post', path: '/api/models', body: createModelSchema, handler: createModel }),
  route({ method: 'get', path: '/api/models', query: pageQuerySchema, handler: listModels }),
  route({ method: 'delete', path: '/api/models/:id', handler: deleteModel }),

  route({ method: 'post', path: '/api/demo', handler: startDemo }),

  route({ method: 'post', path: '/api/experiments', query: submitQuerySchema, body: z.unknown(), handler: submitExperiment }),
  route({ method: 'get', path: '/api/experiments', query: experimentQuerySchema, handler: listExperiments }),
  route({ method: 'get', path: '/api/experiments/:id', handler: getExperiment }),
  route({ method: 'post', path: '/api/experiments/:id/cancel', handler: cancelExperiment }),
  route({ method: 'post', path: '/api/experiments/:id/retry', handler: retryExperiment }),
  route({ method: 'get', path: '/api/experiments/:id/metrics', query: seriesQuerySchema, handler: getMetrics }),
  route({ method: 'get', path: '/api/experiments/:id/events', query: eventsQuerySchema, handler: listEvents }),
  route({ method: 'get', path: '/api/experiments/:id/artifacts', handler: listArtifacts }),
  route({ method: 'get', path: '/api/experiments/:id/artifacts/*name', handler: getArtifact }),
  route({ method: 'get', path: '/api/experiments/:id/bundle.zip', handler: getBundle }),

  route({ method: 'get', path: '/api/workers', handler: listWorkers }),
];
