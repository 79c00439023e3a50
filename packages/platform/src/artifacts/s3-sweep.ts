import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, type ListMultipartUploadsCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { isMissingUpload } from './s3-errors.js';

/** No upload takes so long. */
const leftoverAgeMs = 24 * 3600 * 1000;

/** Removes what uploads below `prefix` have sent that began more than a day ago and never ended; it is seen by nobody, and paid for. */
export async function sweepS3Uploads(options: { client: S3Client; bucket: string; prefix: string; pageSize: number }): Promise<void> {
  const { client, bucket, prefix, pageSize } = options;
  let after: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (after) {
    const page: ListMultipartUploadsCommandOutput = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, MaxUploads: pageSize, ...after }));
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (!Initiated || Date.now() - Initiated.getTime() < leftoverAgeMs) continue;
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })).catch((error: unknown) => {
        if (!isMissingUpload(error)) throw error; // another process was faster
      });
    }
    after = page.IsTruncated === true ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
  }
}
