import { open } from 'node:fs/promises';
import { AppError } from '@eyegazer/core';

/**
 * Reads part of a file.
 * @throws AppError CORRUPT_ARTIFACT when the file ends before the part does
 */
export async function readByteRange(path: string, offset: number, byteLength: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(byteLength);
    let done = 0;
    while (done < byteLength) {
      const { bytesRead } = await file.read(bytes, done, byteLength - done, offset + done);
      if (bytesRead === 0) {
        throw new AppError('CORRUPT_ARTIFACT', `Expected ${byteLength} bytes at offset ${offset} of a dataset shard, got ${done}. Import the dataset again.`);
      }
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
