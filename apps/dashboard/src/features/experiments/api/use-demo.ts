import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useBackend } from '../../../api/backend.js';
import { cacheKeys } from '../../../api/shared-queries.js';
import { useToasts } from '../../../ui/toast.js';

/** Starts the demo; where its experiment exists already, goes there. */
export function useDemo() {
  const { api } = useBackend();
  const queries = useQueryClient();
  const toasts = useToasts();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: () => api.startDemo(),
    onError: toasts.error,
    onSuccess: ({ experimentId }) => {
      void queries.invalidateQueries({ queryKey: [cacheKeys.datasets] });
      void queries.invalidateQueries({ queryKey: [cacheKeys.experiments] });
      if (experimentId !== null) navigate(`/experiments/${experimentId}`);
    },
  });
}
