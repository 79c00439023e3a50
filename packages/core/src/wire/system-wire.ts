import { z } from 'zod';

/** GET /api/health: the process answers. */
export const healthAnswerSchema = z.strictObject({ status: z.literal('ok'), pid: z.int(), uptimeSeconds: z.int().min(0) });
export type HealthAnswer = z.infer<typeof healthAnswerSchema>;

/** `message` says what is wrong. */
export const readinessCheckSchema = z.strictObject({ ok: z.boolean(), message: z.string().optional() });
export type ReadinessCheck = z.infer<typeof readinessCheckSchema>;

/** GET /api/ready: every dependency by name. */
export const readyAnswerSchema = z.strictObject({ ready: z.boolean(), checks: z.record(z.string(), readinessCheckSchema) });
export type ReadyAnswer = z.infer<typeof readyAnswerSchema>;

/** POST /api/restore: what was put back. */
export const restoreAnswerSchema = z.strictObject({ rows: z.int().min(0), artifacts: z.int().min(0), byteLength: z.int().min(0) });
export type RestoreAnswer = z.infer<typeof restoreAnswerSchema>;
