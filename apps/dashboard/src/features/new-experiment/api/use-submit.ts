import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useBackend } from '../../../api/backend.js';
import { cacheKeys } from '../../../api/shared-queries.js';
import { useToasts } from '../../../ui/toast.js';

/** Submits a config and goes to its page. */
export function useSubmit() {
  const { api } = useBackend();
  const queries = useQueryClient();
  const toasts = useToasts();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: (config: Record<string, unknown>) => api.submitExperiment(config),
    onError: toasts.error,
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: [cacheKeys.experiments] });
      navigate(id === null ? '/' : `/experiments/${id}`);
    },
  });
}
