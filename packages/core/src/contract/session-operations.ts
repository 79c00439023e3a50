import { createSessionSchema, sessionAnswerSchema } from '../wire/access-wire.js';
import type { Operation } from './operation.js';

export const sessionOperations = {
  getSession: { method: 'get', path: '/api/session', tag: 'session', summary: 'Who am I?', role: 'session', answers: { 200: sessionAnswerSchema } },
  createSession: {
    method: 'post',
    path: '/api/session',
    tag: 'session',
    summary: 'Log a browser in',
    description: 'Checks a token and sets the cookie that stands for it. Programs need no session: they send the token with every request.',
    role: 'none',
    body: createSessionSchema,
    answers: { 200: sessionAnswerSchema },
  },
  endSession: { method: 'delete', path: '/api/session', tag: 'session', summary: 'Log a browser out', role: 'session', answers: { 204: null } },
} as const satisfies Record<string, Operation>;
