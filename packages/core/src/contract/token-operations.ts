import { auditEntryWireSchema, createdTokenSchema, createTokenSchema, tokenWireSchema } from '../wire/access-wire.js';
import { pageQuerySchema, pageSchema } from '../wire/list-wire.js';
import type { Operation } from './operation.js';

export const tokenOperations = {
  createToken: {
    method: 'post',
    path: '/api/tokens',
    tag: 'tokens',
    summary: 'Make a token',
    description: 'The answer is the only place where the token is shown: the server keeps its hash.',
    role: 'admin',
    body: createTokenSchema,
    answers: { 201: createdTokenSchema },
  },
  listTokens: { method: 'get', path: '/api/tokens', tag: 'tokens', summary: 'List tokens, newest first', role: 'admin', query: pageQuerySchema, answers: { 200: pageSchema(tokenWireSchema) } },
  revokeToken: { method: 'delete', path: '/api/tokens/:id', tag: 'tokens', summary: 'Revoke a token for good', role: 'admin', answers: { 204: null } },
  listAudit: { method: 'get', path: '/api/audit', tag: 'tokens', summary: 'Who did what, newest first', role: 'admin', query: pageQuerySchema, answers: { 200: pageSchema(auditEntryWireSchema) } },
} as const satisfies Record<string, Operation>;
