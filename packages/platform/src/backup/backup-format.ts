/**
 * What a backup is: one tar of
 *
 * 1. `manifest.json`: what follows, and what should but cannot,
 * 2. `tables/<table>/<number>`: PostgreSQL's COPY text of each table, cut into parts, because a tar says the length of an entry first,
 * 3. `artifacts/<sha256>`: every artifact that the tables refer to,
 * 4. `checksums.json`: hashes of 1 and 2. Without it, a backup has been cut off.
 */
import { sha256Schema } from '@eyegazer/core';
import { z } from 'zod';

export const backupFormat = 'eyegazer-backup/1';
export const manifestName = 'manifest.json';
export const checksumsName = 'checksums.json';
/** Both files that are held in memory stay below this: that is room for 700,000 missing artifacts. */
export const longestJsonBytes = 64 * 1024 * 1024;

const count = z.int().min(0);
const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'expected the name of a table or column');

export const backupManifestSchema = z.strictObject({
  format: z.literal(backupFormat),
  createdAt: z.iso.datetime(),
  /** Migrations that the database had, oldest first. */
  migrations: z.array(z.string().regex(/^[0-9]{4}_[a-z0-9_]+$/, 'expected the name of a migration')),
  /** In the order in which they can be put back. */
  tables: z.array(z.strictObject({ name: identifier, columns: z.array(identifier).min(1).refine((columns) => new Set(columns).size === columns.length, 'expected each column once'), rows: count })),
  artifacts: z.strictObject({ count, byteLength: count }),
  /** Artifacts that the tables refer to and the store does not have, or has with another length. Not empty: this backup is not whole. */
  missing: z.array(sha256Schema),
});
export type BackupManifest = z.infer<typeof backupManifestSchema>;

export const backupChecksumsSchema = z.strictObject({
  files: z.array(z.strictObject({ name: z.string(), byteLength: count, sha256: sha256Schema })),
  /** Artifacts whose bytes in the store were not the ones they are named by: they are in the backup as they were found. */
  damaged: z.array(sha256Schema),
});
export type BackupChecksums = z.infer<typeof backupChecksumsSchema>;

/** @param part from 1 */
export function tablePartName(table: string, part: number): string {
  return `tables/${table}/${String(part).padStart(6, '0')}`;
}

export function artifactName(sha256: string): string {
  return `artifacts/${sha256}`;
}
