import type { Readable } from 'node:stream';
import { AppError } from '@eyegazer/core';
import type { S3Access } from '../settings/connections.js';

/** An object below a prefix. */
export interface BucketObject {
  /** What follows the prefix. */
  readonly key: string;
  readonly byteLength: number;
  /** Another one for other bytes. */
  readonly tag: string;
}

/** A prefix of any bucket; every error names bucket and endpoint, and no key. */
export interface BucketPrefix {
  /**
   * What lies below it, a page of 1000 at a time; a console's empty object of the prefix itself is none.
   * @param isDeep also what lies deeper than directly in it
   * @throws AppError UNAVAILABLE; the signal's reason
   */
  list(options: { isDeep: boolean; signal: AbortSignal }): AsyncGenerator<BucketObject[]>;
  /**
   * Bytes from `start` up to, not including, `end`, or to the end of the object. May break off.
   * @throws AppError BAD_FILE when it is another object than was listed, UNAVAILABLE; the signal's reason
   */
  read(object: Pick<BucketObject, 'key' | 'tag'>, options: { start: number; end?: number; signal: AbortSignal }): AsyncGenerator<Uint8Array>;
}

/** @param uri `s3://bucket/prefix`, without a slash at its end */
export async function openBucketPrefix(uri: string, access: S3Access): Promise<BucketPrefix> {
  // Loaded only where it is used.
  const { GetObjectCommand, paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const { createS3Clients } = await import('./s3-clients.js');
  const { describeS3Error } = await import('./s3-errors.js');
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  const prefix = path === '' ? '' : `${path}/`;
  const { asking: client } = createS3Clients(access);
  const describe = (error: unknown): unknown => describeS3Error(error, { ...access, bucket, isOurs: false });

  return {
    async *list({ isDeep, signal }) {
      const input = { Bucket: bucket, Prefix: prefix, ...(isDeep ? {} : { Delimiter: '/' }) };
      try {
        for await (const page of paginateListObjectsV2({ client }, input, { abortSignal: signal })) {
          yield (page.Contents ?? []).map(({ Key = '', Size = 0, ETag = '' }) => ({ key: Key.slice(prefix.length), byteLength: Size, tag: ETag })).filter(({ key }) => key !== '');
        }
      } catch (error) {
        signal.throwIfAborted();
        throw describe(error);
      }
    },
    async *read({ key, tag }, { start, end, signal }) {
      try {
        const part = start === 0 && end === undefined ? {} : { Range: `bytes=${start}-${end === undefined ? '' : end - 1}` };
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + key, IfMatch: tag, ...part }), { abortSignal: signal });
        yield* Body as Readable as AsyncIterable<Uint8Array>;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof Error && ['PreconditionFailed', 'NoSuchKey'].includes(error.name)) {
          throw new AppError('BAD_FILE', `${uri}/${key} has changed since it was listed. Import it again.`);
        }
        const described = describe(error);
        throw described instanceof AppError ? described : new AppError('UNAVAILABLE', `${uri}/${key} broke off: ${error instanceof Error ? error.message : String(error)}. Try later.`);
      }
    },
  };
}
