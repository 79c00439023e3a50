import { S3Client } from '@aws-sdk/client-s3';
import type { S3Access } from '../settings/connections.js';

export interface S3Clients {
  /** Gives up after some seconds: someone may be waiting. */
  asking: S3Client;
  /** Goes on for half a minute: what was computed for hours is not lost for a restart of the store. */
  patient: S3Client;
}

const connectionTimeoutMs = 5000;

/** @param maxAttempts of one request, instead of what each client has */
export function createS3Clients(settings: S3Access, maxAttempts?: number): S3Clients {
  // At every start it would say that releases to come want a newer Node; the release in use is pinned.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const create = (attempts: number, idleMs: number): S3Client =>
    new S3Client({
      ...(settings.endpoint === null ? {} : { endpoint: settings.endpoint, forcePathStyle: true }),
      // A copy: the SDK writes into it where it came from, and the settings are handed on to child processes.
      ...(settings.credentials === null ? {} : { credentials: { ...settings.credentials } }),
      region: settings.region,
      // Backoff grows from 0.1 s to 20 s, times a random number.
      maxAttempts: maxAttempts ?? attempts,
      requestHandler: { connectionTimeout: connectionTimeoutMs, socketTimeout: idleMs },
      // Older stores do not know the newer checksums; requests are signed over the sha256 of their bytes anyway.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  return { asking: create(6, 30_000), patient: create(10, 120_000) };
}
