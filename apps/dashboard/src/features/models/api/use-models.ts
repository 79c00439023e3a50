import type { CreateModel } from '@eyegazer/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBackend } from '../../../api/backend.js';
import { cacheKeys } from '../../../api/shared-queries.js';
import { useToasts } from '../../../ui/toast.js';

/** One page of base models. */
export function useModels(cursor: string | undefined) {
  const { api } = useBackend();
  return useQuery({
    queryKey: [cacheKeys.models, 'page', cursor ?? null],
    queryFn: ({ signal }) => api.listModels({ limit: 50, cursor, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Adds a model; without `onAdded`, which a form has to show a refusal in, a refusal is a toast. */
export function useAddModel(onAdded?: () => void) {
  const { api } = useBackend();
  const queries = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: (body: CreateModel) => api.createModel(body),
    onError: (error) => {
      if (!onAdded) toasts.error(error);
    },
    onSuccess: ({ name, state }) => {
      void queries.invalidateQueries({ queryKey: [cacheKeys.models] });
      toasts.done(state === 'ready' ? `${name} is ready to be trained.` : `${name} is being imported.`);
      onAdded?.();
    },
  });
}

export function useDeleteModel() {
  const { api } = useBackend();
  const queries = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: (id: string) => api.deleteModel(id),
    onError: toasts.error,
    onSuccess: () => void queries.invalidateQueries({ queryKey: [cacheKeys.models] }),
  });
}
