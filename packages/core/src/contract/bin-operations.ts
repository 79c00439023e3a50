import { experimentDetailSchema } from '../wire/experiment-wire.js';
import type { Operation } from './operation.js';

export const binOperations = {
  deleteExperiment: {
    method: 'delete',
    path: '/api/experiments/:id',
    tag: 'experiments',
    summary: 'Throw an experiment into the bin',
    description: 'Only one that has ended. It stays in the bin for as long as the server keeps it there (30 days unless told) and is gone for good afterwards.',
    role: 'member',
    answers: { 204: null },
  },
  restoreExperiment: { method: 'post', path: '/api/experiments/:id/restore', tag: 'experiments', summary: 'Take an experiment out of the bin', role: 'member', answers: { 200: experimentDetailSchema } },
} as const satisfies Record<string, Operation>;
