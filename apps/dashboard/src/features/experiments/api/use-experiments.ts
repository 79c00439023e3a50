import type { ExperimentFilter } from '@eyegazer/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useBackend } from '../../../api/backend.js';
import { cacheKeys } from '../../../api/shared-queries.js';

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
