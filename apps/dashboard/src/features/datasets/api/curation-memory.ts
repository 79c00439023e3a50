/** Choices that a person has not made a version of yet, kept by the browser over a reload; not kept where storage is forbidden. */
import { curationSchema, type Curation } from '@eyegazer/core';

const keyOf = (datasetId: string): string => `eyegazer-curation-${datasetId}`;

/** Null where nothing is kept, or nothing that can be read. */
export function readKeptCuration(datasetId: string): Curation | null {
  try {
    const text = localStorage.getItem(keyOf(datasetId));
    return text === null ? null : (curationSchema.safeParse(JSON.parse(text)).data ?? null);
  } catch {
    return null;
  }
}

/** Keeps choices; null forgets them. */
export function keepCuration(datasetId: string, curation: Curation | null): void {
  try {
    if (curation === null) localStorage.removeItem(keyOf(datasetId));
    else localStorage.setItem(keyOf(datasetId), JSON.stringify(curation));
  } catch {
    // They live as long as the page.
  }
}
