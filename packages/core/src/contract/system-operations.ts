import { demoAnswerSchema } from '../wire/demo-wire.js';
import { healthAnswerSchema, readyAnswerSchema } from '../wire/system-wire.js';
import type { Operation } from './operation.js';

export const systemOperations = {
  getHealth: { method: 'get', path: '/api/health', tag: 'system', summary: 'Is the process alive?', role: 'none', answers: { 200: healthAnswerSchema } },
  getReady: {
    method: 'get',
    path: '/api/ready',
    tag: 'system',
    summary: 'Is every dependency there?',
    description: 'Names each dependency and what is wrong with it; 503 while one is missing.',
    role: 'viewer',
    answers: { 200: readyAnswerSchema, 503: readyAnswerSchema },
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
