import { demoAnswerSchema } from '../wire/demo-wire.js';
import { healthAnswerSchema, readyAnswerSchema } from '../wire/system-wire.js';
import { binary, type Operation } from './operation.js';

export const systemOperations = {
  getHealth: { method: 'get', path: '/api/health', tag: 'system', summary: 'Is the process alive?', role: 'none', answers: { 200: healthAnswerSchema, 503: healthAnswerSchema } },
  getReady: {
    method: 'get',
    path: '/api/ready',
    tag: 'system',
    summary: 'Is every dependency there?',
    description: 'Names each dependency and what is wrong with it; 503 while one that is required is missing, or while the server shuts down.',
    role: 'viewer',
    answers: { 200: readyAnswerSchema, 503: readyAnswerSchema },
  },
  getMetrics: {
    method: 'get',
    path: '/metrics',
    tag: 'system',
    summary: 'Metrics for Prometheus',
    description: "In Prometheus's text format.",
    role: 'viewer',
    answers: { 200: binary('text/plain') },
  },
  startDemo: {
    method: 'post',
    path: '/api/demo',
    tag: 'system',
    summary: 'Make the demo',
    description: 'Makes a drawn dataset and a small base model and, once both are there, submits an experiment on them. Asking again makes nothing twice.',
    role: 'member',
    answers: { 202: demoAnswerSchema },
  },
} as const satisfies Record<string, Operation>;
