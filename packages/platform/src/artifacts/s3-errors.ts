/** What an S3 store answers, in words a person can act on. They name bucket and endpoint, never a key; the SDK's own error may hold one and is not passed on. */
import { AppError } from '@eyegazer/core';
import type { S3Access } from '../settings/connections.js';

/** What was asked for what: `isOurs` is the artifact store, else it is a bucket that a person named. */
export interface S3Place extends S3Access {
  bucket: string;
  isOurs: boolean;
}

/** The part of an SDK's or Node's error that is read here. */
interface Failure {
  /** The store's own code, as in `NoSuchBucket`; the SDK's where the answer had no body. */
  name?: string;
  /** Node's code, as in `ECONNREFUSED`. */
  code?: string;
  status?: number;
}

/** Node's codes for a server that is not there, or hangs up. */
const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/** True for an object that is not there; also for a bucket, when it was asked by HEAD, whose answers have no body. */
export function isMissingObject(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(read(error).name ?? '');
}

/** True for a refusal by HEAD: why is in no answer's body, so it has to be asked otherwise. */
export function isUnexplained(error: unknown): boolean {
  const { name, status } = read(error);
  return status !== undefined && status < 500 && (name === undefined || ['Unknown', 'UnknownError', 'BadRequest', 'Forbidden', 'NotFound'].includes(name));
}

export function isMissingUpload(error: unknown): boolean {
  return read(error).name === 'NoSuchUpload';
}

export function isOutOfRange(error: unknown): boolean {
  return read(error).name === 'InvalidRange';
}

/** An AppError for what failed at the store; everything else comes back as it is. */
export function describeS3Error(error: unknown, place: S3Place): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const failure = read(error);
  const reason = explain(failure, place);
  if (reason === null) return error;
  const { name, code, status } = failure;
  return new AppError('UNAVAILABLE', reason, { cause: new Error([name, code, status === undefined ? undefined : `HTTP ${status}`].filter((part) => part !== undefined).join(', ')) });
}

function explain({ name = '', code, status }: Failure, place: S3Place): string | null {
  const store = place.endpoint ?? `Amazon S3 (${place.region})`;
  const bucket = `bucket "${place.bucket}" at ${store}`;
  switch (name) {
    case 'NoSuchBucket':
      return `There is no ${bucket}. ${place.isOurs ? 'Create it, or set S3_BUCKET' : 'Check its name'}.`;
    case 'InvalidAccessKeyId':
      return `${store} does not know the access key id it was given. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or both in S3_ENDPOINT, to a key of this store.`;
    case 'SignatureDoesNotMatch':
      return `${store} refuses the secret key: it does not belong to the access key id, or a proxy on the way changes requests. Set AWS_SECRET_ACCESS_KEY, or the one in S3_ENDPOINT.`;
    case 'ExpiredToken':
    case 'InvalidToken':
    case 'TokenRefreshRequired':
      return `${store} refuses the session token. Set a fresh AWS_SESSION_TOKEN with its keys.`;
    case 'CredentialsProviderError':
      return `There are no credentials for ${store}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or both in S3_ENDPOINT.`;
    case 'RequestTimeTooSkewed':
    case 'RequestExpired':
    case 'RequestInTheFuture':
      return `The clocks of this machine and of ${store} differ by more than the store allows. Set this machine's clock (NTP).`;
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return `The ${bucket} lies in another region than ${place.region}. Set AWS_REGION, or S3_ENDPOINT.`;
  }
  if (status === 403 && !place.isOurs) return `The access key may not read ${bucket}. Allow it s3:ListBucket and s3:GetObject there.`;
  if (status === 403) {
    return `The access key may not use ${bucket}. Allow it s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucketMultipartUploads there, or set S3_BUCKET.`;
  }
  if (status === 429 || (status !== undefined && status >= 500)) return `The ${bucket} answers ${name} (HTTP ${status}), again and again. Look at the store's own log, and try later.`;
  if (status !== undefined) return `The ${bucket} refused a request: ${name} (HTTP ${status}).`;
  if (code !== undefined && (unreachable.has(code) || /TLS|CERT/.test(code))) return `${store} does not answer (${code}). Start it, or set S3_ENDPOINT.`;
  if (name === 'TimeoutError' || name === 'AbortError') return `${store} does not answer in time. Look at the store and the network on the way, or set S3_ENDPOINT.`;
  return null;
}

function read(error: unknown): Failure {
  if (!(error instanceof Error)) return {};
  const { code } = error as NodeJS.ErrnoException;
  const { httpStatusCode } = (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
  return { name: error.name, ...(typeof code === 'string' ? { code } : {}), ...(httpStatusCode === undefined ? {} : { status: httpStatusCode }) };
}
