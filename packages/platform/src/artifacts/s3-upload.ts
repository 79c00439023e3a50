import { createReadStream } from 'node:fs';
import { AbortMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Logger, StoredArtifact } from '@eyegazer/core';
import type { S3Clients } from './s3-clients.js';

/** Memory of an upload: so many parts of this size. */
const partsAtOnce = 4;
const partBytes = 8 * 1024 * 1024;
const mostParts = 10_000;

export interface S3UploadOptions {
  clients: S3Clients;
  bucket: string;
  key: string;
  artifact: StoredArtifact;
  /** The bytes, or the path of a file of them. */
  content: Uint8Array | string;
  log: Logger;
}

/** Sends an artifact under its key, where it appears whole or not at all. What a failed upload has sent is removed at once, if the store answers. */
export async function uploadToS3({ clients, bucket, key, artifact, content, log }: S3UploadOptions): Promise<void> {
  const target = { Bucket: bucket, Key: key };
  const params = { ...target, Metadata: { sha256: artifact.sha256 }, ContentType: 'application/octet-stream' };
  if (content instanceof Uint8Array && content.byteLength <= partBytes) {
    const ChecksumSHA256 = Buffer.from(artifact.sha256, 'hex').toString('base64');
    await clients.patient.send(new PutObjectCommand({ ...params, Body: content, ChecksumSHA256 }));
    return;
  }
  const upload = new Upload({
    client: clients.patient,
    params: { ...params, Body: typeof content === 'string' ? createReadStream(content, { highWaterMark: 1024 * 1024 }) : content },
    queueSize: partsAtOnce,
    partSize: Math.max(partBytes, Math.ceil(artifact.byteLength / mostParts)),
    leavePartsOnError: true, // aborted below, also when it is the last request that fails
  });
  try {
    await upload.done();
  } catch (error) {
    if (upload.uploadId !== undefined) {
      await clients.asking.send(new AbortMultipartUploadCommand({ ...target, UploadId: upload.uploadId })).catch((reason: unknown) => {
        log.warn({ key, reason: (reason as Error).name }, 'A failed upload could not be removed from the store; it is removed when a day old.');
      });
    }
    throw error;
  }
}
