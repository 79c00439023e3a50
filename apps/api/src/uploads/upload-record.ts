import type { Actor } from '@eyegazer/core';
import { z } from 'zod';

/** What is kept of an upload beside its bytes. Of what its sender says only the name of the file, and that only to be shown. */
export const uploadRecordSchema = z.strictObject({ owner: z.string(), fileName: z.string() });
export type UploadRecord = z.infer<typeof uploadRecordSchema>;

const longestName = 200;

/** Whom an upload belongs to: everything that was signed in to by one token is one owner. */
export function ownerOf({ tokenId }: Actor): string {
  return tokenId ?? 'this machine';
}

/** A name that can be shown: one line, and no path. */
export function cleanFileName(said: string | null | undefined): string {
  const name = (said ?? '').replace(/^.*[/\\]/s, '').replace(/\p{C}/gu, '').trim().slice(0, longestName);
  return name === '' ? 'upload.zip' : name;
}
