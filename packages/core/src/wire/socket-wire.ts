import { z } from 'zod';
import type { ErrorRecord } from '../errors/error-record.js';
import type { ExperimentEvent } from '../events/experiment-event.js';

/** Client -> server `subscribe`: one experiment's events after a sequence number, or a topic's change notices. */
export const subscribeSchema = z.union([
  z.strictObject({ experimentId: z.string().min(1), after: z.int().min(0) }),
  z.strictObject({ topic: z.enum(['experiments', 'workers', 'datasets', 'models']) }),
]);
export type Subscribe = z.infer<typeof subscribeSchema>;

export const unsubscribeSchema = z.union([
  z.strictObject({ experimentId: z.string().min(1) }),
  z.strictObject({ topic: z.enum(['experiments', 'workers', 'datasets', 'models']) }),
]);
export type Unsubscribe = z.infer<typeof unsubscribeSchema>;
export type Topic = 'experiments' | 'workers' | 'datasets' | 'models';

/** Acknowledgement of `subscribe`: the current sequence, 0 for topics. */
export type SubscribeAnswer = { ok: true; seq: number } | { ok: false; error: ErrorRecord };

/** socket.io event maps. Events of one experiment arrive in order without gaps; `resync` says what must be fetched over HTTP instead. */
export interface ServerToClientEvents {
  event: (event: ExperimentEvent) => void;
  /** Events after `from` must be fetched by GET /api/experiments/:id/events. */
  resync: (notice: { experimentId: string; from: number }) => void;
  /** Something under a topic changed: fetch its list again; `id` names the thing where one thing changed. */
  changed: (notice: { topic: Topic; id?: string }) => void;
}

export interface ClientToServerEvents {
  subscribe: (request: Subscribe, acknowledge: (answer: SubscribeAnswer) => void) => void;
  unsubscribe: (request: Unsubscribe) => void;
}
