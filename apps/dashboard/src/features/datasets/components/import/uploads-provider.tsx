import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useBackend } from '../../../../api/backend.js';
import { cacheKeys } from '../../../../api/shared-queries.js';
import { readKeptUploads, writeKeptUploads } from '../../api/kept-uploads.js';
import { createUploads } from '../../api/uploads.js';
import { UploadsContext } from '../../api/uploads-context.js';

/** Uploads go on while its children show other pages; whoever leaves the whole page is asked first. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const { api } = useBackend();
  const queries = useQueryClient();
  const [uploads] = useState(() =>
    createUploads({
      send: (file, options) => api.uploadFile(file, { fileName: file.name, ...options }),
      forget: (id) => api.deleteUpload(id),
      start: async (request) => {
        await api.createDataset(request);
        await queries.invalidateQueries({ queryKey: [cacheKeys.datasets] });
      },
      kept: { read: readKeptUploads, write: writeKeptUploads },
      now: () => Date.now(),
    }),
  );
  const isSending = useSyncExternalStore(uploads.subscribe, () => uploads.list().some(({ state }) => state === 'sending'));
  useEffect(() => () => uploads.close(), [uploads]);
  useEffect(() => {
    if (!isSending) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isSending]);
  return <UploadsContext value={uploads}>{children}</UploadsContext>;
}
