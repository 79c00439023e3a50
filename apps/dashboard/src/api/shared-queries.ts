/** Lists that several pages read, under one cache key each. */
import type { ApiClient } from '@eyegazer/client';
import { queryOptions } from '@tanstack/react-query';

/** Names of the caches; a topic's change notice makes the cache of the same name stale. */
export const cacheKeys = {
  experiments: 'experiments',
  experiment: 'experiment',
  datasets: 'datasets',
  models: 'models',
  workers: 'workers',
  session: 'session',
  tokens: 'tokens',
  audit: 'audit',
} as const;

/** The first 200 datasets, newest first. */
export function datasetsQuery(api: ApiClient) {
  return queryOptions({ queryKey: [cacheKeys.datasets, 'first'], queryFn: ({ signal }) => api.listDatasets({ limit: 200, signal }) });
}

/** The newest 200 versions of a dataset, newest first. */
export function versionsQuery(api: ApiClient, id: string) {
  return queryOptions({ queryKey: [cacheKeys.datasets, 'versions', id], queryFn: ({ signal }) => api.listVersions(id, { limit: 200, signal }) });
}

/** The first 200 base models. */
export function modelsQuery(api: ApiClient) {
  return queryOptions({ queryKey: [cacheKeys.models, 'first'], queryFn: ({ signal }) => api.listModels({ limit: 200, signal }) });
}

/** One experiment with its config and attempts. */
export function experimentQuery(api: ApiClient, id: string) {
  return queryOptions({ queryKey: [cacheKeys.experiment, id], queryFn: ({ signal }) => api.getExperiment(id, { signal }) });
}
