import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { AppError } from '@eyegazer/core';
import { isMissingObject, isOutOfRange } from './s3-errors.js';

export interface S3ReadOptions {
  client: S3Client;
  bucket: string;
  key: string;
  sha256: string;
  range?: { start: number; end: number } | undefined;
}

/** Connections in a row that break off before the first byte. */
const mostInVain = 2;

/**
 * Streams an object's bytes as they are pulled; whoever stops pulling ends the request. A connection that breaks in the
 * middle is made anew from there, as long as one of two brings some bytes.
 */
export async function* readFromS3(options: S3ReadOptions): AsyncGenerator<Uint8Array> {
  const { range } = options;
  if (range && (range.start < 0 || range.end < range.start)) throw outOfRange(range, null);
  let offset = range?.start ?? 0;
  let total = Number.POSITIVE_INFINITY;
  const isWhole = (): boolean => offset > Math.min(range?.end ?? total - 1, total - 1);
  let inVain = 0;
  while (!isWhole()) {
    const from = offset;
    const opened = await open(options, from);
    total = opened.total;
    if (range && range.end >= total) {
      opened.body.destroy();
      throw outOfRange(range, total);
    }
    try {
      for await (const bytes of opened.body as AsyncIterable<Uint8Array>) {
        offset += bytes.byteLength;
        yield bytes;
      }
      if (offset === from && !isWhole()) throw new Error('the store sent nothing');
      inVain = 0;
    } catch (error) {
      inVain = offset === from ? inVain + 1 : 0;
      if (inVain === mostInVain) throw brokenOff(options, error);
    }
  }
}

/** @param from offset of the first byte wanted */
async function open({ client, bucket, key, sha256, range }: S3ReadOptions, from: number): Promise<{ body: Readable; total: number }> {
  const isPart = range !== undefined || from > 0;
  try {
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...(isPart ? { Range: `bytes=${from}-${range?.end ?? ''}` } : {}) }));
    const total = isPart ? Number(/\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1]) : answer.ContentLength;
    if (total === undefined || Number.isNaN(total)) throw new AppError('UNAVAILABLE', 'Expected the store to say how long an artifact is, got no length. A proxy on the way may drop headers.');
    return { body: answer.Body as Readable, total };
  } catch (error) {
    if (isMissingObject(error)) throw new AppError('NOT_FOUND', `There is no artifact ${sha256}.`);
    if (isOutOfRange(error) && range) throw outOfRange(range, null);
    throw error;
  }
}

function outOfRange({ start, end }: { start: number; end: number }, total: number | null): AppError {
  return new AppError('BAD_REQUEST', `Expected a range within ${total === null ? 'the bytes of the artifact' : `bytes 0 to ${total - 1}`}, got ${start} to ${end}.`);
}

function brokenOff({ sha256 }: S3ReadOptions, cause: unknown): AppError {
  return new AppError('UNAVAILABLE', `The artifact store broke off in the middle of ${sha256}, and again at once. Look at the store and the network on the way, and try later.`, {
    cause: new Error(cause instanceof Error ? cause.message : String(cause)),
  });
}
