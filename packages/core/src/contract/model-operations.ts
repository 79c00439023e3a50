import { pageQuerySchema, pageSchema } from '../wire/list-wire.js';
import { createModelSchema, modelWireSchema } from '../wire/model-wire.js';
import type { Operation } from './operation.js';

export const modelOperations = {
  createModel: {
    method: 'post',
    path: '/api/models',
    tag: 'models',
    summary: 'Add a base model',
    description:
      'From a folder on the server in Hugging Face layout, which is copied before the answer (201), or from `s3://` or the Hugging Face hub, which go on by themselves (202): the state is `importing` until it is `ready` or `failed`. ' +
      'The same source under the same name is the same model. A failed import that is asked for again goes on from the bytes that are here.',
    role: 'member',
    body: createModelSchema,
    answers: { 201: modelWireSchema, 202: modelWireSchema },
  },
  listModels: { method: 'get', path: '/api/models', tag: 'models', summary: 'List base models, newest first', role: 'viewer', query: pageQuerySchema, answers: { 200: pageSchema(modelWireSchema) } },
  getModel: { method: 'get', path: '/api/models/:id', tag: 'models', summary: 'Get a base model by id or name', role: 'viewer', answers: { 200: modelWireSchema } },
  deleteModel: {
    method: 'delete',
    path: '/api/models/:id',
    tag: 'models',
    summary: 'Delete a base model that no experiment uses',
    description: 'An import under way is ended, and what it has downloaded is removed.',
    role: 'member',
    answers: { 204: null },
  },
} as const satisfies Record<string, Operation>;
