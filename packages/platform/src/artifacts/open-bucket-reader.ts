import { AppError } from '@eyegazer/core';
import type { S3Access } from '../settings/connections.js';
import { openBucketPrefix, type BucketObject } from './bucket-prefix.js';

/** A prefix of any bucket, with all that lies below it: what a dataset is imported from. */
export interface BucketReader {
  readonly uri: string;
  /** Everything below the prefix, in the bucket's order. @throws AppError NOT_FOUND when nothing is there, UNAVAILABLE; the signal's reason */
  list(): AsyncGenerator<BucketObject>;
  /**
   * Bytes from `start` up to, not including, `end`. A connection that breaks in the middle is made anew from there, as long as one of two brings some bytes.
   * @throws AppError BAD_FILE when it is another object than was listed, UNAVAILABLE; the signal's reason
   */
  read(object: BucketObject, range: { start: number; end: number }): AsyncGenerator<Uint8Array>;
}

/** Connections in a row that break off before the first byte. */
const mostInVain = 2;

/** @param uri `s3://bucket/prefix` */
export async function openBucketReader(uri: string, { access, signal }: { access: S3Access; signal: AbortSignal }): Promise<BucketReader> {
  const home = uri.replace(/\/+$/, '');
  const prefix = await openBucketPrefix(home, access);
  return {
    uri: home,
    async *list() {
      let isEmpty = true;
      for await (const page of prefix.list({ isDeep: true, signal })) {
        isEmpty &&= page.length === 0;
        yield* page;
      }
      if (isEmpty) throw new AppError('NOT_FOUND', `There is nothing at ${home}/. Check bucket and prefix.`);
    },
    async *read(object, { start, end }) {
      let inVain = 0;
      for (let at = start; at < end; ) {
        const from = at;
        try {
          for await (const bytes of prefix.read(object, { start: at, end, signal })) {
            at += bytes.byteLength;
            yield bytes;
          }
          if (at < end) throw new AppError('UNAVAILABLE', `${home}/${object.key} broke off after ${at} of ${end} bytes. Try later.`);
        } catch (error) {
          inVain = at === from ? inVain + 1 : 0;
          if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE' || inVain === mostInVain) throw error;
        }
      }
    },
  };
}
