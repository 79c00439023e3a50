import type { CreateDataset, SplitName } from '@eyegazer/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useBackend } from '../../../api/backend.js';
import { cacheKeys } from '../../../api/shared-queries.js';
import { useToasts } from '../../../ui/toast.js';

/** One page of datasets, newest first. */
export function useDatasets(cursor: string | undefined) {
  const { api } = useBackend();
  return useQuery({
    queryKey: [cacheKeys.datasets, 'page', cursor ?? null],
    queryFn: ({ signal }) => api.listDatasets({ limit: 50, cursor, signal }),
    placeholderData: keepPreviousData,
  });
}

export function useDataset(id: string) {
  const { api } = useBackend();
  return useQuery({ queryKey: [cacheKeys.datasets, 'one', id], queryFn: ({ signal }) => api.getDataset(id, { signal }) });
}

/** One page of a dataset's images. */
export function useSamples(id: string, filter: { split: SplitName; label: number | undefined; cursor: string | undefined }, enabled: boolean) {
  const { api } = useBackend();
  return useQuery({
    queryKey: ['samples', id, filter],
    queryFn: ({ signal }) => api.listSamples(id, { ...filter, limit: 48, signal }),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** Starts an import and reports a refusal to the caller. */
export function useImport(onStarted: (id: string) => void) {
  const { api } = useBackend();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateDataset) => api.createDataset(body),
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: [cacheKeys.datasets] });
      onStarted(id);
    },
  });
}

/** Deletes a dataset and goes back to the list. */
export function useDeleteDataset() {
  const { api } = useBackend();
  const queries = useQueryClient();
  const toasts = useToasts();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: (id: string) => api.deleteDataset(id),
    onError: toasts.error,
    onSuccess: () => {
      navigate('/datasets');
      void queries.invalidateQueries({ queryKey: [cacheKeys.datasets] });
    },
  });
}
