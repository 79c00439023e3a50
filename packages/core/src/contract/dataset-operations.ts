import { createDatasetSchema, datasetSampleWireSchema, datasetWireSchema } from '../wire/dataset-wire.js';
import { pageQuerySchema, pageSchema } from '../wire/list-wire.js';
import { sampleImageQuerySchema, sampleQuerySchema } from '../wire/query-wire.js';
import { binary, type Operation } from './operation.js';

export const datasetOperations = {
  createDataset: {
    method: 'post',
    path: '/api/datasets',
    tag: 'datasets',
    summary: 'Import a dataset',
    description: 'Starts reading a folder on the server. The import goes on by itself: its state is `importing` until it is `ready` or `failed`.',
    role: 'member',
    body: createDatasetSchema,
    answers: { 202: datasetWireSchema },
  },
  listDatasets: { method: 'get', path: '/api/datasets', tag: 'datasets', summary: 'List datasets, newest first', role: 'viewer', query: pageQuerySchema, answers: { 200: pageSchema(datasetWireSchema) } },
  getDataset: { method: 'get', path: '/api/datasets/:id', tag: 'datasets', summary: 'Get a dataset by id or name', role: 'viewer', answers: { 200: datasetWireSchema } },
  deleteDataset: { method: 'delete', path: '/api/datasets/:id', tag: 'datasets', summary: 'Delete a dataset that no experiment uses', role: 'member', answers: { 204: null } },
  listSamples: {
    method: 'get',
    path: '/api/datasets/:id/samples',
    tag: 'datasets',
    summary: "List the newest version's images",
    description: 'In the order of the manifest: training, evaluation, then those without label.',
    role: 'viewer',
    query: sampleQuerySchema,
    answers: { 200: pageSchema(datasetSampleWireSchema) },
  },
  getSampleImage: {
    method: 'get',
    path: '/api/datasets/:id/samples/:sampleId/image',
    tag: 'datasets',
    summary: 'Get a thumbnail of an image',
    role: 'viewer',
    query: sampleImageQuerySchema,
    headers: ['If-None-Match'],
    answers: { 200: binary('image/webp'), 304: null },
  },
} as const satisfies Record<string, Operation>;
