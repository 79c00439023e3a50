import type { CreateDataset, DatasetWire, DuplicateGroupWire, SplitName } from '@eyegazer/core';
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

/** What of a dataset another import changes: lists of its images are of this state of it. */
function contentOf({ latest, audit }: DatasetWire): unknown {
  return [latest?.contentId, audit?.sampleCount, audit?.exact, audit?.near];
}

/** One page of a version's images. */
export function useSamples(dataset: DatasetWire, filter: { version: number; split: SplitName; label: number | undefined; cursor: string | undefined }) {
  const { api } = useBackend();
  return useQuery({
    queryKey: ['samples', dataset.id, contentOf(dataset), filter],
    queryFn: ({ signal }) => api.listSamples(dataset.id, { ...filter, limit: 48, signal }),
    placeholderData: keepPreviousData,
  });
}

/** One page of groups of the same image. */
export function useDuplicates(dataset: DatasetWire, filter: { kind: DuplicateGroupWire['kind'] | undefined; conflicting: boolean; cursor: string | undefined }) {
  const { api } = useBackend();
  const { kind, conflicting, cursor } = filter;
  return useQuery({
    queryKey: ['duplicates', dataset.id, contentOf(dataset), filter],
    queryFn: ({ signal }) => api.listDuplicates(dataset.id, { kind, conflicting: conflicting ? true : undefined, cursor, limit: 20, signal }),
    placeholderData: keepPreviousData,
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

/** Ends an import that is under way. */
export function useCancelImport() {
  const { api } = useBackend();
  const queries = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: (id: string) => api.cancelImport(id),
    onError: toasts.error,
    onSettled: () => void queries.invalidateQueries({ queryKey: [cacheKeys.datasets] }),
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
