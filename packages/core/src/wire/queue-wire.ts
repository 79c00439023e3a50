import { z } from 'zod';

const count = z.int().min(0);

/**
 * GET /api/queue: experiments that wait, are placed or run, their sum `demand` (the devices that would be used if there were enough:
 * what an autoscaler counts workers by), and the devices of living workers.
 */
export const queueWireSchema = z.strictObject({ waiting: count, placed: count, running: count, demand: count, devices: count, freeDevices: count });
export type QueueWire = z.infer<typeof queueWireSchema>;
