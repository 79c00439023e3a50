import { resolve } from 'node:path';
import { accessTokenSchema, parseDeviceId } from '@eyegazer/core';
import { cacheGigabytesSchema, logLevelSchema, parseConnections, parseEnvironment, type Connections, type LogLevel } from '@eyegazer/platform';
import { z } from 'zod';
import type { DeviceWish } from './devices/choose-device.js';

const schema = z.object({
  EYEGAZER_HOME: z.string().min(1).default('.eyegazer'),
  /** What the worker shows when it registers; a server without tokens asks for none. */
  EYEGAZER_TOKEN: accessTokenSchema.optional(),
  LOG_LEVEL: logLevelSchema,
  EYEGAZER_CACHE_GB: cacheGigabytesSchema,
  EYEGAZER_DEVICE: z
    .string()
    .regex(/^(auto|cpu|webgpu|cuda(:(0|[1-9]\d{0,2}))?)$/, 'expected "auto", "cpu", "webgpu", "cuda" or "cuda:<number>"')
    .default('auto')
    .transform((name): DeviceWish => (name === 'auto' ? name : parseDeviceId(name))),
  /** CPU threads of a training step; all cores unless told. */
  EYEGAZER_THREADS: z.coerce.number('expected a number of CPU threads').int().min(1).max(1024).optional(),
});

export interface WorkerEnv extends Connections {
  /** Absolute. */
  home: string;
  token: string | undefined;
  logLevel: LogLevel;
  /** What the worker trains on. */
  device: DeviceWish;
  threads: number | undefined;
  /** Of base models, and of what is downloaded from an artifact store far away. */
  cacheLimitBytes: number;
}

/** Parses the worker's environment; an empty variable counts as unset. @throws AppError BAD_REQUEST naming the variable */
export function parseWorkerEnv(env: Record<string, string | undefined>): WorkerEnv {
  const parsed = parseEnvironment(schema, env);
  return { ...parseConnections(env), home: resolve(parsed.EYEGAZER_HOME), token: parsed.EYEGAZER_TOKEN, logLevel: parsed.LOG_LEVEL, device: parsed.EYEGAZER_DEVICE, threads: parsed.EYEGAZER_THREADS, cacheLimitBytes: parsed.EYEGAZER_CACHE_GB * 1e9 };
}
