/** What the database refers to in the artifact store: results of experiments, files of base models, manifests and image indexes of datasets with the shards that those name, audits. */
import { AppError, type ArtifactStore } from '@eyegazer/core';
import type { ClientBase } from 'pg';
import { readShards } from './read-shards.js';

const pageSize = 10_000;

export interface References {
  /** sha256 -> its length in bytes, null where the database does not say. */
  sizes: Map<string, number | null>;
  /** Manifests and indexes that are not there or not as they were stored: which shards they name is not known. */
  unreadable: { contentId: string; error: AppError }[];
}

/** Everything that is referred to, as the client's transaction sees it. Memory holds one entry per artifact, not per row. */
export async function findReferences(client: ClientBase, store: Pick<ArtifactStore, 'read'>): Promise<References> {
  const references: References = { sizes: new Map(), unreadable: [] };
  const { sizes } = references;
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ sha256: string; bytes: string }>(
      'SELECT DISTINCT ON (sha256) sha256, byte_length AS bytes FROM artifact WHERE sha256 > $1 ORDER BY sha256 LIMIT $2',
      [after, pageSize],
    );
    for (const { sha256, bytes } of rows) sizes.set(sha256, Number(bytes));
    if (rows.length < pageSize) break;
    after = rows.at(-1)?.sha256 ?? '';
  }
  const files = await client.query<{ sha256: string; bytes: string }>(
    `SELECT DISTINCT file ->> 'sha256' AS sha256, file ->> 'byteLength' AS bytes FROM base_model, jsonb_array_elements(files) AS file`,
  );
  for (const { sha256, bytes } of files.rows) sizes.set(sha256, Number(bytes));
  await addDatasets(references, client, store);
  return references;
}

/** Adds what datasets and their versions refer to and is not among the references yet. */
export async function addDatasets({ sizes, unreadable }: References, client: ClientBase, store: Pick<ArtifactStore, 'read'>): Promise<void> {
  const { rows } = await client.query<{ contentId: string }>(
    'SELECT content_id AS "contentId" FROM dataset_version UNION SELECT images_id FROM dataset WHERE images_id IS NOT NULL',
  );
  for (const { contentId } of rows) {
    if (sizes.has(contentId)) continue;
    sizes.set(contentId, null);
    try {
      for (const { sha256, byteLength } of await readShards(store, contentId)) sizes.set(sha256, byteLength);
    } catch (error) {
      // A store that does not answer now says nothing about the manifest.
      if (!(error instanceof AppError) || (error.code !== 'NOT_FOUND' && error.code !== 'CORRUPT_ARTIFACT')) throw error;
      unreadable.push({ contentId, error });
    }
  }
  const audits = await client.query<{ sha256: string }>('SELECT DISTINCT audit_id AS sha256 FROM dataset WHERE audit_id IS NOT NULL');
  for (const { sha256 } of audits.rows) if (!sizes.has(sha256)) sizes.set(sha256, null);
}

/** Those of `hashes` that a row names at this moment; shards, which no row names, are not among them. */
export async function findNamed(client: ClientBase, hashes: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ sha256: string }>(
    `SELECT sha256 FROM artifact WHERE sha256 = ANY($1)
     UNION SELECT file ->> 'sha256' FROM base_model, jsonb_array_elements(files) AS file WHERE file ->> 'sha256' = ANY($1)
     UNION SELECT content_id FROM dataset_version WHERE content_id = ANY($1)
     UNION SELECT images_id FROM dataset WHERE images_id = ANY($1)
     UNION SELECT audit_id FROM dataset WHERE audit_id = ANY($1)`,
    [hashes],
  );
  return new Set(rows.map(({ sha256 }) => sha256));
}
