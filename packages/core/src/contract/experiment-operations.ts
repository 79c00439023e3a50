import { experimentConfigInputSchema } from '../config/experiment-config.js';
import { artifactDataSchema } from '../events/experiment-event.js';
import { eventsAnswerSchema } from '../wire/events-wire.js';
import { experimentDetailSchema, experimentSummarySchema, seriesAnswerSchema, submitAnswerSchema } from '../wire/experiment-wire.js';
import { pageSchema } from '../wire/list-wire.js';
import { eventsQuerySchema, experimentQuerySchema, seriesQuerySchema, submitQuerySchema } from '../wire/query-wire.js';
import { binary, type Operation } from './operation.js';

const artifactBytes = binary('application/octet-stream', 'application/json', 'application/yaml', 'text/csv', 'text/markdown');

export const experimentOperations = {
  submitExperiment: {
    method: 'post',
    path: '/api/experiments',
    tag: 'experiments',
    summary: 'Submit an experiment',
    description: 'Checks the config, says what it would do, and stores and queues it. With `dryRun=true` it only says. The same `Idempotency-Key` submits the same config once.',
    role: 'member',
    query: submitQuerySchema,
    headers: ['Idempotency-Key'],
    body: experimentConfigInputSchema,
    bodyErrors: { code: 'BAD_CONFIG', what: 'config' },
    answers: { 200: submitAnswerSchema, 201: submitAnswerSchema },
  },
  listExperiments: { method: 'get', path: '/api/experiments', tag: 'experiments', summary: 'List experiments', role: 'viewer', query: experimentQuerySchema, answers: { 200: pageSchema(experimentSummarySchema) } },
  getExperiment: { method: 'get', path: '/api/experiments/:id', tag: 'experiments', summary: 'Get an experiment with its config, attempts, findings and artifacts', role: 'viewer', answers: { 200: experimentDetailSchema } },
  cancelExperiment: { method: 'post', path: '/api/experiments/:id/cancel', tag: 'experiments', summary: 'Cancel an experiment that waits or runs', role: 'member', answers: { 200: experimentDetailSchema } },
  retryExperiment: { method: 'post', path: '/api/experiments/:id/retry', tag: 'experiments', summary: 'Queue an experiment that failed, was cancelled or stopped again', role: 'member', answers: { 200: experimentDetailSchema } },
  getSeries: {
    method: 'get',
    path: '/api/experiments/:id/metrics',
    tag: 'experiments',
    summary: 'Get loss and other series in buckets',
    description: 'Every bucket has the least, the greatest and the last value of its updates: no spike is lost, however few buckets are asked for.',
    role: 'viewer',
    query: seriesQuerySchema,
    answers: { 200: seriesAnswerSchema },
  },
  listEvents: { method: 'get', path: '/api/experiments/:id/events', tag: 'experiments', summary: 'Read the log in order', role: 'viewer', query: eventsQuerySchema, answers: { 200: eventsAnswerSchema } },
  listArtifacts: { method: 'get', path: '/api/experiments/:id/artifacts', tag: 'experiments', summary: 'List artifacts with size and sha256', role: 'viewer', answers: { 200: pageSchema(artifactDataSchema) } },
  getArtifact: {
    method: 'get',
    path: '/api/experiments/:id/artifacts/*name',
    tag: 'experiments',
    summary: 'Download an artifact',
    description: 'The bytes, or a redirect to where the artifact store has them. One range of them may be asked for.',
    role: 'viewer',
    headers: ['If-None-Match', 'If-Range', 'Range'],
    answers: { 200: artifactBytes, 206: artifactBytes, 302: null, 304: null, 416: null },
  },
  getBundle: {
    method: 'get',
    path: '/api/experiments/:id/bundle.zip',
    tag: 'experiments',
    summary: 'Download the bundle as one zip',
    description: 'The PEFT adapter and everything needed to use it. 409 until the experiment has ended.',
    role: 'viewer',
    answers: { 200: binary('application/zip') },
  },
} as const satisfies Record<string, Operation>;
