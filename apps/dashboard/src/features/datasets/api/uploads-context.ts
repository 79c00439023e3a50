import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Upload, Uploads } from './uploads.js';

export const UploadsContext = createContext<Uploads | null>(null);

/** @throws Error outside of UploadsProvider */
export function useUploads(): Uploads {
  const uploads = useContext(UploadsContext);
  if (!uploads) throw new Error('useUploads needs an UploadsProvider around it.');
  return uploads;
}

/** What is under way now. */
export function useUploadList(): readonly Upload[] {
  const uploads = useUploads();
  return useSyncExternalStore(uploads.subscribe, uploads.list);
}
