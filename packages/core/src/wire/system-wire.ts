import { z } from 'zod';

/** GET /api/health: the process answers. It is `stopping` once it was told to end: what has begun is finished, nothing more is begun. */
export const healthAnswerSchema = z.strictObject({ status: z.enum(['ok', 'stopping']), pid: z.int(), uptimeSeconds: z.int().min(0) });
export type HealthAnswer = z.infer<typeof healthAnswerSchema>;

/** One thing that the server needs, or that a person should look after. */
export const readinessCheckSchema = z.strictObject({
  ok: z.boolean(),
  required: z.boolean().describe('Without it the server is not ready.'),
  kind: z.string().optional().describe('What it is: `redis`, `folder`.'),
  message: z.string().optional().describe('What is wrong, and how to mend it.'),
  alive: z.int().min(0).optional().describe('Of workers: how many are alive.'),
  freeBytes: z.int().min(0).optional(),
});
export type ReadinessCheck = z.infer<typeof readinessCheckSchema>;

/** GET /api/ready: every dependency by name. */
export const readyAnswerSchema = z.strictObject({ ready: z.boolean(), checks: z.record(z.string(), readinessCheckSchema) });
export type ReadyAnswer = z.infer<typeof readyAnswerSchema>;

/** POST /api/restore: what was put back. */
export const restoreAnswerSchema = z.strictObject({
  rows: z.int().min(0),
  artifacts: z.int().min(0),
  byteLength: z.int().min(0).describe('Of the artifacts.'),
  lost: z.int().min(0).describe('Artifacts that the backup did not have, because the server it was made on had lost them.'),
});
export type RestoreAnswer = z.infer<typeof restoreAnswerSchema>;
