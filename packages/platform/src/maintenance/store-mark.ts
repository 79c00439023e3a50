/**
 * Whose a store is. Two databases on one store would each take the other's artifacts for garbage: a second deployment in
 * the same bucket, or a home that is tried with another database for a day. So whoever cleans up leaves a mark, an artifact
 * like any other, with the name of its database, and leaves everything alone where it finds a fresh one of another.
 */
import { createHash } from 'node:crypto';
import type { ArtifactStore, ListedArtifact } from '@eyegazer/core';
import type { ClientBase } from 'pg';

const prefix = 'The artifacts here belong to the Eyegazer database ';
const uuidLength = 36;
const markBytes = prefix.length + uuidLength + 1;
/** A database whose mark nobody has refreshed for so long is gone. */
export const markLifeMs = 30 * 24 * 3600 * 1000;

/** Puts or refreshes this database's mark; answers its hash. */
export async function markStore(client: ClientBase, store: Pick<ArtifactStore, 'put'>): Promise<string> {
  // Made by chance when the database was, and in no backup.
  const { rows } = await client.query<{ id: string }>('SELECT id FROM "_prisma_migrations" ORDER BY migration_name LIMIT 1');
  const { sha256 } = await store.put(Buffer.from(`${prefix}${rows[0]?.id}\n`));
  return sha256;
}

/** The name of the database that a mark is of, null for what is no mark. */
export async function readMark(store: Pick<ArtifactStore, 'read'>, { sha256, byteLength }: ListedArtifact): Promise<string | null> {
  if (byteLength !== markBytes) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of store.read(sha256)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const text = bytes.toString('utf8');
  if (createHash('sha256').update(bytes).digest('hex') !== sha256 || !text.startsWith(prefix)) return null;
  return text.slice(prefix.length, -1);
}
