import { useQuery } from '@tanstack/react-query';
import { useBackend } from '../../../api/backend.js';
import { cacheKeys } from '../../../api/shared-queries.js';

export function useWorkers() {
  const { api } = useBackend();
  return useQuery({ queryKey: [cacheKeys.workers], queryFn: ({ signal }) => api.listWorkers({ signal }) });
}
