import { workersAnswerSchema } from '../wire/worker-wire.js';
import type { Operation } from './operation.js';

export const workerOperations = {
  listWorkers: {
    method: 'get',
    path: '/api/workers',
    tag: 'workers',
    summary: 'List workers and their devices',
    description: 'With what each device runs. A worker that is silent for 30 s is `lost`.',
    role: 'viewer',
    answers: { 200: workersAnswerSchema },
  },
} as const satisfies Record<string, Operation>;
