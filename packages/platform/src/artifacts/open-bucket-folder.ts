import { AppError } from '@eyegazer/core';
import type { S3Access } from '../settings/connections.js';
import type { RemoteFile, RemoteFolder } from '../sources/remote-folder.js';
import { openBucketPrefix } from './bucket-prefix.js';

/** Far more than any model has. A prefix of photographs may hold millions, and is a mistake. */
const mostFiles = 10_000;

/**
 * A prefix of any bucket as a folder.
 * @param uri `s3://bucket/prefix`, without a slash at its end
 * @throws AppError NOT_FOUND when nothing is there, BAD_MODEL when far too much is, UNAVAILABLE in words that name bucket and endpoint and no key; the signal's reason
 */
export async function openBucketFolder(uri: string, { access, signal }: { access: S3Access; signal: AbortSignal }): Promise<RemoteFolder> {
  const prefix = await openBucketPrefix(uri, access);
  const files: RemoteFile[] = [];
  for await (const page of prefix.list({ isDeep: false, signal })) {
    for (const { key, byteLength, tag } of page) files.push({ name: key, byteLength, digest: null, tag });
    if (files.length > mostFiles) throw new AppError('BAD_MODEL', `${uri}/ has more than ${mostFiles} files. Expected a prefix that holds a model in the layout of Hugging Face Transformers.`);
  }
  if (files.length === 0) throw new AppError('NOT_FOUND', `There is nothing at ${uri}/. Check bucket and prefix.`);
  return { source: uri, files, read: ({ name, tag }, options) => prefix.read({ key: name, tag }, options) };
}
