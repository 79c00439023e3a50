import type { Curation, CurationPreview } from '@eyegazer/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBackend } from '../../../api/backend.js';
import { cacheKeys } from '../../../api/shared-queries.js';
import { useDebounced } from '../../../ui/use-debounced.js';

const restMs = 300;

export interface PreviewState {
  preview: CurationPreview | null;
  error: unknown;
  /** True while what is shown is older than the choices. */
  counting: boolean;
}

/** What a version of these choices would hold, counted by the server while they are made; nothing while they contradict themselves. */
export function useCurationPreview(id: string, curation: Curation | null): PreviewState {
  const { api } = useBackend();
  const text = curation === null ? null : JSON.stringify(curation);
  const rested = useDebounced(text, restMs);
  const counted = useQuery({
    queryKey: ['curation', id, rested],
    queryFn: ({ signal }) => api.previewVersion(id, JSON.parse(rested ?? '') as Curation, { signal }),
    placeholderData: keepPreviousData,
    enabled: rested !== null,
    gcTime: 30_000,
    staleTime: 5000,
  });
  const failed = counted.isError && text !== null;
  return { preview: failed || text === null ? null : (counted.data ?? null), error: failed ? counted.error : null, counting: text !== null && (counted.isFetching || rested !== text) };
}

/** Makes a version, or finds the one that has the same content. */
export function useCreateVersion(id: string) {
  const { api } = useBackend();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (curation: Curation) => api.createVersion(id, curation),
    onSuccess: () => queries.invalidateQueries({ queryKey: [cacheKeys.datasets] }),
  });
}
