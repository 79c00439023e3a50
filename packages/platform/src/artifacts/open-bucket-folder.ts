import type { Readable } from 'node:stream';
import { AppError } from '@eyegazer/core';
import type { S3Access } from '../settings/connections.js';
import type { RemoteFile, RemoteFolder } from '../sources/remote-folder.js';

/** Far more than any model has. A prefix of photographs may hold millions, and is a mistake. */
const mostFiles = 10_000;

/**
 * A prefix of any bucket as a folder.
 * @param uri `s3://bucket/prefix`, without a slash at its end
 * @throws AppError NOT_FOUND when nothing is there, BAD_MODEL when far too much is, UNAVAILABLE in words that name bucket and endpoint and no key; the signal's reason
 */
export async function openBucketFolder(uri: string, { access, signal }: { access: S3Access; signal: AbortSignal }): Promise<RemoteFolder> {
  // Loaded only where it is used.
  const { GetObjectCommand, paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const { createS3Clients } = await import('./s3-clients.js');
  const { describeS3Error } = await import('./s3-errors.js');
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  const prefix = path === '' ? '' : `${path}/`;
  const { asking: client } = createS3Clients(access);
  const describe = (error: unknown): unknown => describeS3Error(error, { ...access, bucket, isOurs: false });

  const files: RemoteFile[] = [];
  try {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix, Delimiter: '/' }, { abortSignal: signal })) {
      for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
        if (Key !== prefix) files.push({ name: Key.slice(prefix.length), byteLength: Size, digest: null, tag: ETag });
      }
      if (files.length > mostFiles) throw new AppError('BAD_MODEL', `${uri}/ has more than ${mostFiles} files. Expected a prefix that holds a model in the layout of Hugging Face Transformers.`);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw describe(error);
  }
  if (files.length === 0) throw new AppError('NOT_FOUND', `There is nothing at ${uri}/. Check bucket and prefix.`);

  async function* read(file: RemoteFile, { start, signal }: { start: number; signal: AbortSignal }): AsyncGenerator<Uint8Array> {
    try {
      const part = start === 0 ? {} : { Range: `bytes=${start}-` };
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + file.name, IfMatch: file.tag, ...part }), { abortSignal: signal });
      yield* Body as Readable as AsyncIterable<Uint8Array>;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Error && ['PreconditionFailed', 'NoSuchKey'].includes(error.name)) {
        throw new AppError('BAD_FILE', `${uri}/${file.name} has changed since it was listed. Import it again.`);
      }
      const described = describe(error);
      throw described instanceof AppError ? described : new AppError('UNAVAILABLE', `${uri}/${file.name} broke off: ${error instanceof Error ? error.message : String(error)}. Try later.`);
    }
  }

  return { source: uri, files, read };
}
