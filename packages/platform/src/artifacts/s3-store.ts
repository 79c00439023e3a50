/**
 * Artifacts as objects of a bucket, named by their sha256. The hash is known before an object gets its name, so that nothing
 * wrong or half-written is ever found there: bytes in memory are hashed and sent, streams go through a file of this
 * machine first. What comes back is checked against the name again.
 */
import { rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { AppError, sha256Schema, type ArtifactStore, type StoredArtifact } from '@eyegazer/core';
import type { S3Settings } from '../settings/connections.js';
import { createArtifactCache } from './artifact-cache.js';
import { artifactPath } from './artifact-path.js';
import { checkBytes } from './check-bytes.js';
import { contentDisposition } from './content-disposition.js';
import { describeDiskError } from './disk-errors.js';
import type { OpenStoreOptions } from './open-store.js';
import { createS3Clients } from './s3-clients.js';
import { describeS3Error, isMissingObject, isMissingUpload, isUnexplained } from './s3-errors.js';
import { readFromS3 } from './s3-read.js';
import { sweepS3Uploads } from './s3-sweep.js';
import { uploadToS3 } from './s3-upload.js';
import { writeUpload } from './write-upload.js';

/** The store copies no larger object by one request. */
const mostCopiedBytes = 5 * 1024 ** 3;
const longestUrlMs = 7 * 24 * 3600 * 1000;
const longestPingMs = 5000;
/** Stores tell whole seconds in some answers, so what was put just now looks the same when it is put again. */
const youngMs = 60_000;

/** Opens the store without asking it anything; `ping` says whether it is there. */
export async function createS3Store(settings: S3Settings, options: Omit<OpenStoreOptions, 'folder'>): Promise<ArtifactStore> {
  const { cacheFolder, log, pageSize = 1000 } = options;
  const { bucket } = settings;
  const root = `${settings.prefix}artifacts/`;
  const cache = await createArtifactCache({ folder: cacheFolder, limitBytes: options.cacheLimitBytes, log });
  const clients = createS3Clients(settings, options.maxAttempts);
  const place = { ...settings, isOurs: true };
  const keyOf = (sha256: string): string => root + artifactPath(sha256);
  const objectOf = (sha256: string) => ({ Bucket: bucket, Key: keyOf(sha256) });

  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw describeS3Error(error, place);
    }
  };
  /** Asks for something whose refusal has words. */
  const ask = (abortSignal?: AbortSignal): Promise<unknown> =>
    clients.asking.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: root, MaxKeys: 1 }), abortSignal ? { abortSignal } : {});

  async function head(sha256: string): Promise<{ byteLength: number; modifiedAt: Date } | null> {
    try {
      const { ContentLength = 0, LastModified = new Date() } = await clients.asking.send(new HeadObjectCommand(objectOf(sha256)));
      return { byteLength: ContentLength, modifiedAt: LastModified };
    } catch (error) {
      if (isUnexplained(error)) await ask(); // it may be the bucket that is missing
      if (isMissingObject(error)) return null;
      throw error;
    }
  }

  async function refresh(sha256: string): Promise<{ byteLength: number } | null> {
    const found = await head(sha256);
    if (!found || found.byteLength > mostCopiedBytes) return null;
    try {
      const CopySource = `${bucket}/${keyOf(sha256)}`;
      const renewed = { MetadataDirective: 'REPLACE', Metadata: { sha256 }, ContentType: 'application/octet-stream' } as const;
      const { CopyObjectResult } = await clients.patient.send(new CopyObjectCommand({ ...objectOf(sha256), CopySource, ...renewed }));
      return isRenewed(found.modifiedAt, CopyObjectResult?.LastModified) ? { byteLength: found.byteLength } : null;
    } catch (error) {
      if (isMissingObject(error)) return null; // removed in between
      throw error;
    }
  }

  /** Some stores answer a copy onto itself with new headers on an object as old as before; its bytes have to be sent again. */
  function isRenewed(before: Date, after: Date | undefined): boolean {
    const now = Date.now() + clients.patient.config.systemClockOffset;
    return (after !== undefined && after.getTime() - before.getTime() >= 1000) || now - before.getTime() < youngMs;
  }

  async function send(artifact: StoredArtifact, content: Uint8Array | string): Promise<StoredArtifact> {
    const { sha256, byteLength } = artifact;
    if ((await refresh(sha256))?.byteLength === byteLength) return artifact;
    try {
      await uploadToS3({ clients, bucket, key: keyOf(sha256), artifact, content, log });
    } catch (error) {
      // The request that ended an upload may have been heard although its answer was lost; repeated, it finds no upload.
      if (!isMissingUpload(error) || (await head(sha256))?.byteLength !== byteLength) throw error;
    }
    const stored = await head(sha256);
    if (stored?.byteLength === byteLength) return artifact;
    await clients.asking.send(new DeleteObjectCommand(objectOf(sha256)));
    throw new AppError('CORRUPT_ARTIFACT', `Expected ${byteLength} bytes in the bucket "${bucket}" after an upload, found ${stored?.byteLength ?? 'nothing'}; they are removed again. Look at the store's own log.`);
  }

  async function put(content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredArtifact> {
    if (content instanceof Uint8Array) {
      const artifact = { sha256: createHash('sha256').update(content).digest('hex'), byteLength: content.byteLength };
      return explained(() => send(artifact, content));
    }
    const spool = cache.spoolPath();
    try {
      const artifact = await writeUpload(spool, content).catch(describeDiskError(cacheFolder));
      return await explained(() => send(artifact, spool));
    } finally {
      await rm(spool, { force: true });
    }
  }

  async function* read(sha256: string, range?: { start: number; end: number }): AsyncGenerator<Uint8Array> {
    const from = { client: clients.asking, bucket, key: keyOf(sha256), sha256 };
    try {
      yield* range ? readFromS3({ ...from, range }) : checkBytes(sha256, readFromS3(from));
    } catch (error) {
      throw describeS3Error(error, place);
    }
  }

  async function download(sha256: string): Promise<{ byteLength: number; content: AsyncIterable<Uint8Array> }> {
    const found = await head(sha256);
    if (!found) throw new AppError('NOT_FOUND', `There is no artifact ${sha256}.`);
    return { byteLength: found.byteLength, content: readFromS3({ client: clients.patient, bucket, key: keyOf(sha256), sha256 }) };
  }

  async function* list(): ReturnType<ArtifactStore['list']> {
    let after: string | undefined;
    do {
      const page = await explained(() =>
        clients.asking.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: root, MaxKeys: pageSize, ...(after === undefined ? {} : { ContinuationToken: after }) })),
      );
      for (const { Key = '', Size: byteLength = 0, LastModified: modifiedAt = new Date() } of page.Contents ?? []) {
        const sha256 = Key.slice(Key.lastIndexOf('/') + 1);
        if (sha256Schema.safeParse(sha256).success && Key === keyOf(sha256)) yield { sha256, byteLength, modifiedAt };
      }
      after = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (after !== undefined);
  }

  return {
    put,
    refresh: (sha256) => explained(() => refresh(sha256)),
    read,
    stat: (sha256) =>
      explained(async () => {
        const found = await head(sha256);
        return found && { byteLength: found.byteLength };
      }),
    list,
    remove: (sha256, options) =>
      explained(async () => {
        const found = await head(sha256);
        // The store tells whole seconds.
        if (!found || (options && found.modifiedAt.getTime() + 1000 > options.unlessSince.getTime())) return false;
        await clients.asking.send(new DeleteObjectCommand(objectOf(sha256)));
        await cache.forget(sha256);
        return true;
      }),
    localPath: async (sha256) => {
      keyOf(sha256); // refuses what is no hash before it becomes a path
      return explained(() => cache.localPath(sha256, () => download(sha256)).catch(describeDiskError(cacheFolder)));
    },
    async signedUrl(sha256, { fileName, contentType, expiresInMs }) {
      if (settings.downloads === 'proxied') return null;
      const command = new GetObjectCommand({ ...objectOf(sha256), ResponseContentDisposition: contentDisposition(fileName), ResponseContentType: contentType });
      // The SDK knows how far this machine's clock is off once the store has answered it, but signs URLs without that.
      const signingDate = new Date(Date.now() + clients.asking.config.systemClockOffset);
      return explained(() => getSignedUrl(clients.asking, command, { signingDate, expiresIn: Math.ceil(Math.min(expiresInMs, longestUrlMs) / 1000) }));
    },
    sweepUploads: () =>
      explained(async () => {
        await cache.sweep();
        await sweepS3Uploads({ client: clients.asking, bucket, prefix: root, pageSize });
      }),
    ping: () => explained(() => ask(AbortSignal.timeout(longestPingMs))).then(() => undefined),
  };
}
