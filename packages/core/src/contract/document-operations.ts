import { z } from 'zod';
import { binary, type Operation } from './operation.js';

export const documentOperations = {
  getOpenApi: { method: 'get', path: '/api/openapi.json', tag: 'system', summary: 'This document', role: 'viewer', answers: { 200: z.looseObject({ openapi: z.string() }) } },
  getDocs: { method: 'get', path: '/api/docs', tag: 'system', summary: 'This document as a page', role: 'viewer', answers: { 200: binary('text/html') } },
  getDocsFile: {
    method: 'get',
    path: '/api/docs/*file',
    tag: 'system',
    summary: 'A file of that page',
    role: 'viewer',
    answers: { 200: binary('text/javascript', 'text/css', 'image/png') },
  },
} as const satisfies Record<string, Operation>;
