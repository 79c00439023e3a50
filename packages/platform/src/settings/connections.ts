/**
 * The servers that a process of Eyegazer talks to, read from its environment: PostgreSQL always, Redis or Valkey when
 * REDIS_URL is set, an S3 store when S3_BUCKET is (or S3_ENDPOINT names a bucket); a folder otherwise.
 */
import { z } from 'zod';
import { AppError } from '@eyegazer/core';
import { parseEnvironment, type Environment } from './parse-environment.js';

export type StoreSettings = { kind: 'folder' } | S3Settings;

/** What it takes to reach a bucket, whichever; as a process tells it to its child. May hold a secret: never to be logged. */
export const s3AccessSchema = z.strictObject({
  /** Origin of the store; null for Amazon's own. */
  endpoint: z.string().nullable(),
  region: z.string(),
  /** Null leaves it to the AWS SDK's own chain: profile, container, instance. */
  credentials: z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string().optional() }).nullable(),
});
export type S3Access = z.infer<typeof s3AccessSchema>;

export interface S3Settings extends S3Access {
  kind: 's3';
  bucket: string;
  /** Empty, or ending in `/`. */
  prefix: string;
  /** Whether downloads are redirected to a signed URL of the store, or pass through the API. */
  downloads: 'presigned' | 'proxied';
}

export interface Connections {
  databaseUrl: string;
  /** Null: the queue lives in PostgreSQL too. */
  redisUrl: string | null;
  store: StoreSettings;
}

/** EYEGAZER_CACHE_GB: how much of a machine its caches may take, in GB (1e9 bytes). */
export const cacheGigabytesSchema = z.coerce.number('expected a number of gigabytes').min(1, 'expected at least 1 (GB)').default(50);

/** Refused where a bucket's name is a part of the host or path. */
const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "expected a bucket's name: 3 to 63 lower-case letters, digits, dots or dashes");

/** Of one of the schemes that the pattern allows; special characters of a password are percent-encoded. */
function urlLike(scheme: RegExp, message: string): z.ZodString {
  return z.string().refine((text) => scheme.test(text) && URL.canParse(text), message);
}

const endpointUrl = z.string().regex(/^https?:\/\//, 'expected a URL like https://s3.example.com').optional();

const schema = z.object({
  DATABASE_URL: urlLike(/^postgres(ql)?:\/\//, 'expected a URL like postgresql://user:password@host:5432/name'),
  REDIS_URL: urlLike(/^rediss?:\/\//, 'expected a URL like redis://host:6379 or rediss://:password@host:6379').optional(),
  S3_ENDPOINT: endpointUrl,
  S3_BUCKET: bucketName.optional(),
  S3_PREFIX: z.string().regex(/^[A-Za-z0-9!_.*'()/-]*$/, 'expected a path of letters, digits and -_./').optional(),
  S3_DOWNLOADS: z.enum(['presigned', 'proxied'], 'expected presigned or proxied').default('presigned'),
  AWS_ENDPOINT_URL_S3: endpointUrl,
  AWS_ENDPOINT_URL: endpointUrl,
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  AWS_REGION: z.string().optional(),
  AWS_DEFAULT_REGION: z.string().optional(),
});
type Parsed = Omit<z.infer<typeof schema>, 'DATABASE_URL'>;

/**
 * Reads the variables once; an empty one counts as unset. S3_ENDPOINT may carry everything in one URL,
 * `https://key:secret@host/bucket/prefix`; the single variables come first.
 * @throws AppError BAD_REQUEST that names the variable; a value is never shown, for it may hold a secret
 */
export function parseConnections(environment: Environment): Connections {
  const parsed = parseEnvironment(schema, environment);
  return { databaseUrl: parsed.DATABASE_URL, redisUrl: parsed.REDIS_URL ?? null, store: parseStore(parsed) };
}

/**
 * How buckets are read that people name, wherever the artifacts are: at S3_ENDPOINT, else AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL,
 * else at Amazon, with the artifact store's keys.
 * @throws AppError BAD_REQUEST that names the variable; a value is never shown
 */
export function parseS3Access(environment: Environment): S3Access {
  const parsed = parseEnvironment(schema.omit({ DATABASE_URL: true }), environment);
  const text = parsed.S3_ENDPOINT ?? parsed.AWS_ENDPOINT_URL_S3 ?? parsed.AWS_ENDPOINT_URL;
  const endpoint = text === undefined ? null : parseUrl(text);
  return { endpoint: endpoint?.origin ?? null, region: regionOf(parsed), credentials: parseCredentials(parsed, endpoint) };
}

function regionOf({ AWS_REGION, AWS_DEFAULT_REGION }: Parsed): string {
  return AWS_REGION ?? AWS_DEFAULT_REGION ?? 'us-east-1';
}

function parseStore(parsed: Parsed): StoreSettings {
  const endpoint = parsed.S3_ENDPOINT === undefined ? null : parseUrl(parsed.S3_ENDPOINT);
  const [bucketInPath, ...prefixInPath] = endpoint?.pathname.split('/').filter((part) => part !== '') ?? [];
  const bucket = parsed.S3_BUCKET ?? bucketInPath;
  if (bucket === undefined) {
    if (endpoint) throw refuse('S3_BUCKET', 'S3_ENDPOINT is set, but no bucket is. Set S3_BUCKET, or unset S3_ENDPOINT to keep artifacts in a folder');
    return { kind: 'folder' };
  }
  if (!bucketName.safeParse(bucket).success) throw refuse('S3_ENDPOINT', "expected its path to begin with a bucket's name: 3 to 63 lower-case letters, digits, dots or dashes");
  const prefix = (parsed.S3_PREFIX ?? (parsed.S3_BUCKET === undefined ? prefixInPath.join('/') : '')).replace(/^\/+|\/+$/g, '');
  if (prefix.split('/').includes('..')) throw refuse('S3_PREFIX', 'expected a path without ".."');
  return {
    kind: 's3',
    endpoint: endpoint?.origin ?? null,
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    region: regionOf(parsed),
    credentials: parseCredentials(parsed, endpoint),
    downloads: parsed.S3_DOWNLOADS,
  };
}

function parseCredentials(parsed: Parsed, endpoint: URL | null): S3Settings['credentials'] {
  const { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: sessionToken } = parsed;
  if (keyId !== undefined && secret !== undefined) return { accessKeyId: keyId, secretAccessKey: secret, ...(sessionToken === undefined ? {} : { sessionToken }) };
  if (keyId !== undefined) throw refuse('AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID is set, but its secret is not');
  if (secret !== undefined) throw refuse('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY is set, but its key id is not');
  if (endpoint === null || endpoint.username === '') return null;
  return { accessKeyId: decodeURIComponent(endpoint.username), secretAccessKey: decodeURIComponent(endpoint.password) };
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw refuse('S3_ENDPOINT', 'expected a URL like https://s3.example.com');
  }
}

function refuse(name: string, message: string): AppError {
  return new AppError('BAD_REQUEST', `Environment variable ${name}: ${message}.`, { path: name });
}
