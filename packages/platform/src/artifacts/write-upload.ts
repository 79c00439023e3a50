import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { StoredArtifact } from '@eyegazer/core';

/** Writes a new file, synced to the disk, and answers what it is. Memory holds one piece at a time. */
export async function writeUpload(path: string, content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<StoredArtifact> {
  const file = await open(path, 'wx');
  try {
    const hash = createHash('sha256');
    let byteLength = 0;
    for await (const bytes of content) {
      hash.update(bytes);
      byteLength += bytes.byteLength;
      await writeAll(file, bytes);
    }
    await file.sync();
    return { sha256: hash.digest('hex'), byteLength };
  } finally {
    await file.close();
  }
}

/** One write may take fewer bytes than it is given. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.byteLength; ) offset += (await file.write(bytes, offset)).bytesWritten;
}
