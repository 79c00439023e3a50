import { pageQuerySchema, pageSchema } from '../wire/list-wire.js';
import { createModelSchema, modelWireSchema } from '../wire/model-wire.js';
import type { Operation } from './operation.js';

export const modelOperations = {
  createModel: {
    method: 'post',
    path: '/api/models',
    tag: 'models',
    summary: 'Add a base model',
    description: 'Copies a folder on the server, in Hugging Face layout, into the artifact store. The same files under the same name are the same model.',
    role: 'member',
    body: createModelSchema,
    answers: { 201: modelWireSchema },
  },
  listModels: { method: 'get', path: '/api/models', tag: 'models', summary: 'List base models, newest first', role: 'viewer', query: pageQuerySchema, answers: { 200: pageSchema(modelWireSchema) } },
  deleteModel: { method: 'delete', path: '/api/models/:id', tag: 'models', summary: 'Delete a base model that no experiment uses', role: 'member', answers: { 204: null } },
} as const satisfies Record<string, Operation>;
