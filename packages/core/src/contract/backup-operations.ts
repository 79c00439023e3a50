import { restoreAnswerSchema } from '../wire/system-wire.js';
import { binary, type Operation } from './operation.js';

export const backupOperations = {
  getBackup: {
    method: 'get',
    path: '/api/backup',
    tag: 'system',
    summary: 'Download a backup of database and artifacts',
    description: 'One tar, streamed: a snapshot of the database and every artifact that it names.',
    role: 'admin',
    answers: { 200: binary('application/x-tar') },
  },
  restoreBackup: {
    method: 'post',
    path: '/api/restore',
    tag: 'system',
    summary: 'Put a backup back',
    description: 'Only into a server that holds no experiments, datasets and models yet.',
    role: 'admin',
    body: binary('application/x-tar'),
    answers: { 200: restoreAnswerSchema },
  },
} as const satisfies Record<string, Operation>;
