import { delimiter, isAbsolute, resolve } from 'node:path';
import { AppError, bucketUriSchema } from '@eyegazer/core';
import { cacheGigabytesSchema, logLevelSchema, parseConnections, parseEnvironment, parseHubSettings, parseS3Access, type Connections, type Environment, type LogLevel } from '@eyegazer/platform';
import { z } from 'zod';
import type { ModelSources } from '../imports/model-downloads.js';

const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4400),
  HOST: z.string().min(1).default('127.0.0.1'),
  EYEGAZER_HOME: z.string().min(1).default('.eyegazer'),
  EYEGAZER_DATA_ROOTS: z.string().optional(),
  EYEGAZER_TRUST_PROXY: z.coerce.number('expected the number of proxies in front of this server').int().min(0).max(10).default(0),
  EYEGAZER_CACHE_GB: cacheGigabytesSchema,
  EYEGAZER_UPLOAD_GB: z.coerce.number('expected a number of gigabytes').gt(0, 'expected a number of gigabytes above 0').max(100_000, 'expected at most 100000 (GB)').default(50),
  EYEGAZER_RETENTION_DAYS: z.coerce.number('expected a number of days').min(0, 'expected a number of days, 0 or more').max(36_500, 'expected at most 36500 days; 0 means for ever').default(30),
  LOG_LEVEL: logLevelSchema,
});

export interface Settings extends Connections {
  port: number;
  /** Address to listen on; on any but a loopback address everybody shows a token. */
  host: string;
  /** Proxies in front of this server whose X-Forwarded headers are believed; behind one, everybody shows a token. */
  trustedHops: number;
  /** Absolute path of the folder that holds all state. */
  home: string;
  /** Of what is downloaded from an artifact store far away. */
  cacheLimitBytes: number;
  /** Of one file that is sent to be imported. */
  uploadLimitBytes: number;
  /** How long experiments stay in the bin; 0: for ever. */
  retentionDays: number;
  /** Absolute folders and `s3://` prefixes that datasets and models may be imported from; null means any. */
  dataRoots: string[] | null;
  /** How what is not on this machine is reached. */
  modelSources: ModelSources;
  logLevel: LogLevel;
}

/**
 * Reads the environment once. An empty variable counts as unset.
 * @throws AppError BAD_REQUEST that names the variable; its value is never shown
 */
export function parseSettings(environment: Environment): Settings {
  const { PORT, HOST, EYEGAZER_HOME, EYEGAZER_DATA_ROOTS, EYEGAZER_TRUST_PROXY, EYEGAZER_CACHE_GB, EYEGAZER_UPLOAD_GB, EYEGAZER_RETENTION_DAYS, LOG_LEVEL } = parseEnvironment(environmentSchema, environment);
  return {
    ...parseConnections(environment),
    port: PORT,
    host: HOST === 'localhost' ? '127.0.0.1' : HOST,
    trustedHops: EYEGAZER_TRUST_PROXY,
    home: resolve(EYEGAZER_HOME),
    cacheLimitBytes: EYEGAZER_CACHE_GB * 1e9,
    uploadLimitBytes: Math.round(EYEGAZER_UPLOAD_GB * 1e9),
    retentionDays: EYEGAZER_RETENTION_DAYS,
    dataRoots: EYEGAZER_DATA_ROOTS === undefined ? null : parseRoots(EYEGAZER_DATA_ROOTS),
    modelSources: { hub: parseHubSettings(environment), buckets: parseS3Access(environment) },
    logLevel: LOG_LEVEL,
  };
}

function parseRoots(text: string): string[] {
  // Between two of them, not within `s3://`.
  const roots = text.split(new RegExp(`${delimiter}(?!//)`)).filter((root) => root !== '');
  const wrong = roots.find((root) => !isAbsolute(root) && !bucketUriSchema.safeParse(root).success);
  if (wrong !== undefined) {
    throw new AppError('BAD_REQUEST', `Environment variable EYEGAZER_DATA_ROOTS: expected absolute folders and s3://bucket/prefix joined by "${delimiter}", got ${wrong}.`, {
      path: 'EYEGAZER_DATA_ROOTS',
    });
  }
  return roots;
}
