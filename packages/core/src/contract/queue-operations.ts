import { queueWireSchema } from '../wire/queue-wire.js';
import type { Operation } from './operation.js';

export const queueOperations = {
  getQueue: { method: 'get', path: '/api/queue', tag: 'workers', summary: 'Count what waits and what is free', role: 'viewer', answers: { 200: queueWireSchema } },
} as const satisfies Record<string, Operation>;
