import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure, Loading } from './notice.js';

/** What a query answered, or that it is on its way, or why it failed. */
export function Loaded<T>({ query, lines, children }: { query: UseQueryResult<T>; lines?: number; children: (data: T) => ReactNode }) {
  if (query.isPending) return <Loading lines={lines} />;
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return children(query.data);
}
