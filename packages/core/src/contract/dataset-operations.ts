import { curationSchema } from '../dataset/curation.js';
import { createDatasetSchema, curationPreviewSchema, datasetSampleWireSchema, datasetVersionWireSchema, datasetWireSchema, duplicateGroupWireSchema } from '../wire/dataset-wire.js';
import { pageQuerySchema, pageSchema } from '../wire/list-wire.js';
import { duplicateQuerySchema, exportQuerySchema, sampleImageQuerySchema, sampleQuerySchema } from '../wire/query-wire.js';
import { binary, type Operation } from './operation.js';

export const datasetOperations = {
  createDataset: {
    method: 'post',
    path: '/api/datasets',
    tag: 'datasets',
    summary: 'Import a dataset',
    description:
      'Starts reading a folder or a zip file on the server, a prefix of a bucket, or a finished upload. The import goes on by itself: its state is `importing` until it is `ready` or `failed`. ' +
      'It ends with a first version; `POST /api/datasets/{id}/versions` makes others from the same images by other choices.',
    role: 'member',
    body: createDatasetSchema,
    answers: { 202: datasetWireSchema },
  },
  listDatasets: { method: 'get', path: '/api/datasets', tag: 'datasets', summary: 'List datasets, newest first', role: 'viewer', query: pageQuerySchema, answers: { 200: pageSchema(datasetWireSchema) } },
  getDataset: { method: 'get', path: '/api/datasets/:id', tag: 'datasets', summary: 'Get a dataset by id or name', role: 'viewer', answers: { 200: datasetWireSchema } },
  deleteDataset: { method: 'delete', path: '/api/datasets/:id', tag: 'datasets', summary: 'Delete a dataset that no experiment uses', role: 'member', answers: { 204: null } },
  listVersions: {
    method: 'get',
    path: '/api/datasets/:id/versions',
    tag: 'datasets',
    summary: 'List the versions of a dataset, newest first',
    role: 'viewer',
    query: pageQuerySchema,
    answers: { 200: pageSchema(datasetVersionWireSchema) },
  },
  createVersion: {
    method: 'post',
    path: '/api/datasets/:id/versions',
    tag: 'datasets',
    summary: 'Make a version by other choices',
    description: 'From the images of the newest import, without reading them again. Choices that give a version that is there already answer that one (200).',
    role: 'member',
    body: curationSchema,
    answers: { 200: datasetVersionWireSchema, 201: datasetVersionWireSchema },
  },
  previewVersion: {
    method: 'post',
    path: '/api/datasets/:id/versions/preview',
    tag: 'datasets',
    summary: 'Count what a version would hold',
    description: 'Stores nothing.',
    role: 'viewer',
    body: curationSchema,
    answers: { 200: curationPreviewSchema },
  },
  exportVersion: {
    method: 'get',
    path: '/api/datasets/:id/versions/:version/export',
    tag: 'datasets',
    summary: 'Download a version in a layout of Hugging Face',
    description: 'A zip file that unpacks to a folder for `datasets.load_dataset`.',
    role: 'viewer',
    query: exportQuerySchema,
    answers: { 200: binary('application/zip') },
  },
  listDuplicates: {
    method: 'get',
    path: '/api/datasets/:id/duplicates',
    tag: 'datasets',
    summary: 'List groups of images that are the same, or nearly',
    description: 'Of the newest import; groups with conflicting labels come first.',
    role: 'viewer',
    query: duplicateQuerySchema,
    answers: { 200: pageSchema(duplicateGroupWireSchema) },
  },
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
