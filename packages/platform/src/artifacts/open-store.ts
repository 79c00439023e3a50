import { join } from 'node:path';
import type { ArtifactStore, Logger } from '@eyegazer/core';
import { z } from 'zod';
import { s3AccessSchema, type StoreSettings } from '../settings/connections.js';
import { createFolderStore } from './folder-store.js';

export interface StorePlace {
  /** Of a folder store. */
  folder: string;
  /** Where this machine keeps what it downloads from a store far away, and what it sends there; its processes share it. */
  cacheFolder: string;
  /** Of what was downloaded; exceeded only by what is in use. */
  cacheLimitBytes: number;
}

export interface OpenStoreOptions extends StorePlace {
  log: Logger;
  /** Objects, or uploads, that one request to S3 lists; 1000 unless told. */
  pageSize?: number;
  /** Of one request to S3; 6 or 10 unless told. */
  maxAttempts?: number;
}

/** Opens the artifact store that the settings name. It is asked nothing yet: `ping` says whether it answers. */
export async function openStore(settings: StoreSettings, options: OpenStoreOptions): Promise<ArtifactStore> {
  if (settings.kind === 'folder') return createFolderStore({ folder: options.folder });
  // Loaded only where it is used: a folder needs none of the S3 SDK's time and memory.
  const { createS3Store } = await import('./s3-store.js');
  return createS3Store(settings, options);
}

const s3SettingsSchema = z.strictObject({
  kind: z.literal('s3'),
  ...s3AccessSchema.shape,
  bucket: z.string(),
  prefix: z.string(),
  downloads: z.enum(['presigned', 'proxied']),
});

/** Settings and place of a store, as a process tells them to its child. They may hold a secret: never to be logged. */
export const storeAddressSchema = z.strictObject({
  settings: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('folder') }), s3SettingsSchema]),
  folder: z.string(),
  cacheFolder: z.string(),
  cacheLimitBytes: z.number().positive(),
}) satisfies z.ZodType<StorePlace & { settings: StoreSettings }>;
export type StoreAddress = z.infer<typeof storeAddressSchema>;

/** Where the processes of one home have their store. */
export function addressStore(settings: StoreSettings, { home, cacheLimitBytes }: { home: string; cacheLimitBytes: number }): StoreAddress {
  return { settings, folder: join(home, 'artifacts'), cacheFolder: join(home, 'cache', 'artifacts'), cacheLimitBytes };
}
