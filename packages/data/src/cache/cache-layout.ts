/**
 * The cache of prepared images, a folder that the workers of one machine share:
 *
 *     <folder>/<preparation>/<bucket>-<uuid>.pixels   segments, never changed
 *     <folder>/<preparation>/<bucket>.lock            whoever fills this bucket
 *     <folder>/<preparation>/building-<uuid>          a segment on its way
 *
 * An image belongs to the bucket that its sha256 begins with, whatever dataset, version or fold asks for it: what one of them had
 * prepared, all of them read. A bucket is what one thread of one process fills at a time.
 */
import { randomUUID } from 'node:crypto';

export const bucketCount = 64;
export const buildingPrefix = 'building-';
const segmentSuffix = '.pixels';

/** @param sha256 of the encoded image, in hexadecimal */
export function bucketOf(sha256: string): number {
  return Number.parseInt(sha256.slice(0, 2), 16) % bucketCount;
}

export function segmentName(bucket: number): string {
  return `${bucketName(bucket)}-${randomUUID()}${segmentSuffix}`;
}

export function isSegment(name: string): boolean {
  return name.endsWith(segmentSuffix);
}

/** Whether the name is that of a segment of this bucket. */
export function isSegmentOf(name: string, bucket: number): boolean {
  return isSegment(name) && name.startsWith(`${bucketName(bucket)}-`);
}

export function lockName(bucket: number): string {
  return `${bucketName(bucket)}.lock`;
}

function bucketName(bucket: number): string {
  return String(bucket).padStart(2, '0');
}
