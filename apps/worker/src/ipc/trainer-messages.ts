/**
 * What the agent and its trainer child say to each other. The trainer numbers its events and the agent answers with the
 * number it has written up to: a trainer that runs too far ahead of the database waits.
 */
import { deviceIdSchema, errorRecordSchema, experimentConfigSchema, sha256Schema, writtenEventSchema } from '@eyegazer/core';
import { storeAddressSchema } from '@eyegazer/platform';
import { z } from 'zod';

const count = z.int().min(0);

/** Everything a trainer needs to know; it sees no database. */
export const trainerJobSchema = z.strictObject({
  experimentName: z.string(),
  deviceKey: z.string(),
  deviceName: z.string(),
  device: deviceIdSchema,
  /** Whether the device trains in float16. */
  halfPrecision: z.boolean(),
  config: experimentConfigSchema,
  dataset: z.strictObject({ name: z.string(), version: count, contentId: sha256Schema }),
  model: z.strictObject({
    name: z.string(),
    /** Where a person had it from: a folder or a hub id. */
    source: z.string(),
    files: z.array(z.strictObject({ name: z.string(), sha256: sha256Schema, byteLength: count })),
  }),
  /** The worker's own folder, for its caches. */
  home: z.string(),
  /** Of the artifact store; may hold a secret: a job is never logged. */
  store: storeAddressSchema,
  /** CPU threads of a step. */
  threads: z.int().min(1),
});
export type TrainerJob = z.infer<typeof trainerJobSchema>;

export const agentMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), job: trainerJobSchema }),
  /** End at the next step. */
  z.strictObject({ kind: z.literal('stop') }),
  /** Every event up to this counter is in the log. */
  z.strictObject({ kind: z.literal('written'), counter: count }),
]);
export type AgentMessage = z.infer<typeof agentMessageSchema>;

/** How training ended; `stopped` is a health stop with a bundle, `aborted` the answer to `stop`. */
export const trainerOutcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('succeeded') }),
  z.strictObject({ kind: z.literal('stopped'), reason: z.string() }),
  z.strictObject({ kind: z.literal('failed'), error: errorRecordSchema }),
  z.strictObject({ kind: z.literal('aborted') }),
]);
export type TrainerOutcome = z.infer<typeof trainerOutcomeSchema>;

export const trainerMessageSchema = z.discriminatedUnion('kind', [
  /** Preparation is over, the first step comes. */
  z.strictObject({ kind: z.literal('running') }),
  z.strictObject({ kind: z.literal('events'), events: z.array(writtenEventSchema).min(1) }),
  /** The last message. */
  z.strictObject({ kind: z.literal('ended'), outcome: trainerOutcomeSchema }),
]);
export type TrainerMessage = z.infer<typeof trainerMessageSchema>;
