/** Uploads that were not finished, kept by this tab over a reload: in another tab they would look lost. The bytes are on the server. */
import { createDatasetSchema } from '@eyegazer/core';
import type { KeptUpload } from './uploads.js';

const storageKey = 'eyegazer-uploads';

export function readKeptUploads(): KeptUpload[] {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(value) ? value.flatMap(parseKept) : [];
  } catch {
    return [];
  }
}

export function writeKeptUploads(uploads: readonly KeptUpload[]): void {
  try {
    if (uploads.length === 0) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, JSON.stringify(uploads));
  } catch {
    // They live as long as the page.
  }
}

/** Nothing for what another version of this page has written. */
function parseKept(value: unknown): KeptUpload[] {
  if (typeof value !== 'object' || value === null) return [];
  const { key, request, fileName, byteLength, id, sentBytes } = value as Partial<Record<keyof KeptUpload, unknown>>;
  const parsed = createDatasetSchema.safeParse(request);
  if (!parsed.success || typeof key !== 'string' || typeof fileName !== 'string' || typeof byteLength !== 'number' || (id !== null && typeof id !== 'string') || typeof sentBytes !== 'number') return [];
  return [{ key, request: parsed.data, fileName, byteLength, id, sentBytes }];
}
