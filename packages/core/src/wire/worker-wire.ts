import { z } from 'zod';
import { deviceKinds } from '../config/compute-options.js';

export const deviceWireSchema = z.strictObject({
  deviceKey: z.string(),
  kind: z.enum(deviceKinds),
  name: z.string(),
  memoryTotalBytes: z.int().min(0),
  memoryFreeBytes: z.int().min(0),
  /** The attempt that holds the device's lease. */
  running: z.strictObject({ experimentId: z.string(), experimentName: z.string(), attempt: z.int() }).nullable(),
});
export type DeviceWire = z.infer<typeof deviceWireSchema>;

/** One row of GET /api/workers. A worker silent for 30 s is `lost`. */
export const workerWireSchema = z.strictObject({
  id: z.string(),
  hostname: z.string(),
  pid: z.int(),
  version: z.string(),
  state: z.enum(['alive', 'lost', 'stopped']),
  startedAt: z.iso.datetime(),
  heartbeatAt: z.iso.datetime(),
  devices: z.array(deviceWireSchema),
});
export type WorkerWire = z.infer<typeof workerWireSchema>;

/** GET /api/workers */
export const workersAnswerSchema = z.strictObject({ items: z.array(workerWireSchema) });
