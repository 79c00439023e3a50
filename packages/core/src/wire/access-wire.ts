import { z } from 'zod';
import { roles } from '../access/roles.js';

const at = z.iso.datetime();

/** What a token is called: the person or machine that has it. Shown in lists and in the audit log. */
export const tokenNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[\p{L}\p{N}\p{P}\p{S} ]+$/u, 'expected a name of visible characters in one line');

/** POST /api/tokens; `expiresAt: null` is a token that never expires. */
export const createTokenSchema = z.strictObject({
  name: tokenNameSchema,
  role: z.enum(roles),
  expiresAt: z.iso.datetime('expected a time such as 2030-01-31T00:00:00Z').nullable().default(null),
});
export type CreateToken = z.infer<typeof createTokenSchema>;

/** One row of GET /api/tokens. The secret is not in it: nobody has it but its holder. */
export const tokenWireSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  /** The secret's first characters, to tell tokens apart. */
  prefix: z.string(),
  state: z.enum(['usable', 'expired', 'revoked']),
  createdAt: at,
  expiresAt: at.nullable(),
  /** To the minute. */
  lastUsedAt: at.nullable(),
  revokedAt: at.nullable(),
});
export type TokenWire = z.infer<typeof tokenWireSchema>;

/** Answer of POST /api/tokens: the one time that the secret is shown. `closesDoor`: from now on everybody needs a token, the caller included. */
export const createdTokenSchema = z.strictObject({ secret: z.string(), token: tokenWireSchema, closesDoor: z.boolean() });
export type CreatedToken = z.infer<typeof createdTokenSchema>;

/** Who is asking; `tokenId` is null for the open door of a server bound to loopback. */
export const actorSchema = z.strictObject({ tokenId: z.string().nullable(), name: z.string(), role: z.enum(roles) });
export type Actor = z.infer<typeof actorSchema>;

/** POST /api/session: a browser shows a token once and gets a cookie for it. */
export const createSessionSchema = z.strictObject({ token: z.string().min(1).max(200) });
export type CreateSession = z.infer<typeof createSessionSchema>;

/** GET and POST /api/session; `open`: no token is asked for, because only this machine can knock. */
export const sessionAnswerSchema = z.strictObject({ open: z.boolean(), actor: actorSchema });
export type SessionAnswer = z.infer<typeof sessionAnswerSchema>;

/** One row of GET /api/audit: who did what to what, and what became of it. */
export const auditEntryWireSchema = z.strictObject({
  id: z.string(),
  at,
  requestId: z.string(),
  actor: actorSchema,
  /** Where the request came from. */
  address: z.string(),
  /** Name of the operation. */
  operation: z.string(),
  /** The path's parameters. */
  target: z.record(z.string(), z.string()),
  /** HTTP status of the answer. */
  status: z.int(),
});
export type AuditEntryWire = z.infer<typeof auditEntryWireSchema>;
