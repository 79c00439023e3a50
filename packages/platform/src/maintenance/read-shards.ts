import { createHash } from 'node:crypto';
import { AppError, imageIndexHeaderSchema, manifestHeaderSchema, type ArtifactStore, type ManifestHeader } from '@eyegazer/core';
import { z } from 'zod';

/** Both name shards in their first line. */
const headerSchema = z.discriminatedUnion('format', [manifestHeaderSchema, imageIndexHeaderSchema]);

/** The header of half a million shards is shorter. */
const longestHeaderBytes = 64 * 1024 * 1024;

/**
 * The shards that a dataset version or an import consists of, from the header line of its manifest or index of images, all of
 * which is checked against its hash.
 * @throws AppError NOT_FOUND, CORRUPT_ARTIFACT
 */
export async function readShards(store: Pick<ArtifactStore, 'read'>, contentId: string): Promise<ManifestHeader['shards']> {
  const hash = createHash('sha256');
  const header: Uint8Array[] = [];
  let headerBytes = 0;
  let isHeader = true;
  for await (const chunk of store.read(contentId)) {
    hash.update(chunk);
    if (!isHeader) continue;
    const end = chunk.indexOf(0x0a);
    isHeader = end < 0;
    header.push(isHeader ? chunk : chunk.subarray(0, end));
    headerBytes += chunk.byteLength;
    if (headerBytes > longestHeaderBytes) throw corrupt(contentId, 'its header has no end');
  }
  const found = hash.digest('hex');
  if (found !== contentId) throw corrupt(contentId, `its bytes have the sha256 ${found}`);
  try {
    return headerSchema.parse(JSON.parse(Buffer.concat(header).toString('utf8'))).shards;
  } catch (error) {
    throw corrupt(contentId, error instanceof Error ? error.message : String(error));
  }
}

function corrupt(contentId: string, reason: string): AppError {
  return new AppError('CORRUPT_ARTIFACT', `The dataset's list of images ${contentId} cannot be read: ${reason}. Import the dataset again.`, { details: { contentId } });
}
