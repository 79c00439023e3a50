/** What the API and its version thread tell each other. */
import type { Curation, ErrorRecord } from '@eyegazer/core';
import type { MadeVersion } from '@eyegazer/data';
import type { StoreAddress } from '@eyegazer/platform';
import type { ImportSource } from '../imports/import-source.js';

export interface VersionJob {
  /** Whether it is stored, or only counted. */
  isStored: boolean;
  /** sha256 of the image index and of the audit. */
  imagesId: string;
  auditId: string;
  curation: Curation;
  /** Where the list of held-out ids is, if there is one. */
  source: ImportSource | null;
}

export type VersionRequest = { ticket: number; job: VersionJob };
export type VersionReply = { ticket: number; answer: MadeVersion } | { ticket: number; error: ErrorRecord };

/** May hold a secret: never to be logged. */
export interface VersionThreadData {
  store: StoreAddress;
  /** Folders that a list may lie in, or null for any. */
  roots: string[] | null;
  workFolder: string;
}
