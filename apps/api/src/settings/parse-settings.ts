import { delimiter, isAbsolute, resolve } from 'node:path';
import { AppError } from '@eyegazer/core';
import { cacheGigabytesSchema, logLevelSchema, parseConnections, parseEnvironment, type Connections, type Environment, type LogLevel } from '@eyegazer/platform';
import { z } from 'zod';

const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4400),
  HOST: z.string().min(1).default('127.0.0.1'),
  EYEGAZER_HOME: z.string().min(1).default('.eyegazer'),
  EYEGAZER_DATA_ROOTS: z.string().optional(),
  EYEGAZER_TRUST_PROXY: z.coerce.number('expected the number of proxies in front of this server').int().min(0).max(10).default(0),
  EYEGAZER_CACHE_GB: cacheGigabytesSchema,
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
  /** How long experiments stay in the bin; 0: for ever. */
  retentionDays: number;
  /** Absolute folders that datasets and models may be imported from; null means any. */
  dataRoots: string[] | null;
  logLevel: LogLevel;
}

/**
 * Reads the environment once. An empty variable counts as unset.
 * @throws AppError BAD_REQUEST that names the variable; its value is never shown
 */
export function parseSettings(environment: Environment): Settings {
  const { PORT, HOST, EYEGAZER_HOME, EYEGAZER_DATA_ROOTS, EYEGAZER_TRUST_PROXY, EYEGAZER_CACHE_GB, EYEGAZER_RETENTION_DAYS, LOG_LEVEL } = parseEnvironment(environmentSchema, environment);
  return {
    ...parseConnections(environment),
    port: PORT,
    host: HOST === 'localhost' ? '127.0.0.1' : HOST,
    trustedHops: EYEGAZER_TRUST_PROXY,
    home: resolve(EYEGAZER_HOME),
    cacheLimitBytes: EYEGAZER_CACHE_GB * 1e9,
    retentionDays: EYEGAZER_RETENTION_DAYS,
    dataRoots: EYEGAZER_DATA_ROOTS === undefined ? null : parseRoots(EYEGAZER_DATA_ROOTS),
    logLevel: LOG_LEVEL,
  };
}

function parseRoots(text: string): string[] {
  const roots = text.split(delimiter).filter((root) => root !== '');
  const relative = roots.find((root) => !isAbsolute(root));
  if (relative !== undefined) {
    throw new AppError('BAD_REQUEST', `Environment variable EYEGAZER_DATA_ROOTS: expected absolute folders joined by "${delimiter}", got ${relative}.`, {
      path: 'EYEGAZER_DATA_ROOTS',
    });
  }
  return roots;
}
