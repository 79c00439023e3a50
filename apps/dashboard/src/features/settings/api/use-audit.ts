import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useBackend } from '../../../api/backend.js';
import { cacheKeys } from '../../../api/shared-queries.js';

/** One page of the audit log, newest first; asked for anew whenever it is opened. */
export function useAudit(cursor: string | undefined) {
  const { api } = useBackend();
  return useQuery({
    queryKey: [cacheKeys.audit, cursor ?? null],
    queryFn: ({ signal }) => api.listAudit({ limit: 25, cursor, signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}
