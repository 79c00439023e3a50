import type { ArtifactStore, Logger } from '@eyegazer/core';
import type { StoreSettings } from '../settings/connections.js';
import { createFolderStore } from './folder-store.js';
import { createS3Store } from './s3-store.js';

export interface StorePlace {
  /** Of a folder store. */
  folder: string;
  /** Where this machine keeps what it downloads from a store far away, and up to how much of it. */
  cacheFolder: string;
  cacheLimitBytes: number;
}

/** Opens the artifact store that the settings name. It is asked nothing yet: `ping` says whether it answers. */
export function openStore(settings: StoreSettings, options: StorePlace & { log: Logger }): Promise<ArtifactStore> {
  const { folder, cacheFolder, cacheLimitBytes, log } = options;
  return settings.kind === 'folder' ? createFolderStore({ folder }) : createS3Store({ settings, cacheFolder, cacheLimitBytes, log });
}
