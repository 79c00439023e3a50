import type { ExperimentFilter } from '@eyegazer/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBackend } from '../../../api/backend.js';
import { cacheKeys } from '../../../api/shared-queries.js';
import { useToasts } from '../../../ui/toast.js';

const pageSize = 50;

/** One page of experiments; what was shown stays until the next answer is there. */
export function useExperiments(filter: ExperimentFilter, cursor: string | undefined) {
  const { api } = useBackend();
  return useQuery({
    queryKey: [cacheKeys.experiments, filter, cursor ?? null],
    queryFn: ({ signal }) => api.listExperiments(filter, { limit: pageSize, cursor, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Takes an experiment out of the bin. */
export function useRestoreExperiment() {
  const { api } = useBackend();
  const queries = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: (id: string) => api.restoreExperiment(id),
    onError: toasts.error,
    onSettled: () => queries.invalidateQueries({ queryKey: [cacheKeys.experiments] }),
  });
}
