import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBackend } from '../../../api/backend.js';
import { cacheKeys, experimentQuery } from '../../../api/shared-queries.js';
import { useToasts } from '../../../ui/toast.js';

/** The experiment's config, attempts and artifacts; the live rest comes from its events. */
export function useExperiment(id: string) {
  const { api } = useBackend();
  return useQuery(experimentQuery(api, id));
}

/** Cancel, retry, delete and take back; a refusal is shown in the server's words. */
export function useRunActions(id: string) {
  const { api } = useBackend();
  const queries = useQueryClient();
  const toasts = useToasts();
  const refresh = (): void => {
    void queries.invalidateQueries({ queryKey: [cacheKeys.experiment, id] });
    void queries.invalidateQueries({ queryKey: [cacheKeys.experiments] });
  };
  const cancel = useMutation({ mutationFn: () => api.cancelExperiment(id), onError: toasts.error, onSettled: refresh });
  const retry = useMutation({ mutationFn: () => api.retryExperiment(id), onError: toasts.error, onSettled: refresh });
  const restore = useMutation({ mutationFn: () => api.restoreExperiment(id), onError: toasts.error, onSettled: refresh });
  const remove = useMutation({
    mutationFn: () => api.deleteExperiment(id),
    onError: toasts.error,
    onSuccess: () => toasts.done('Moved to the bin.', { word: 'Undo', act: () => restore.mutate() }),
    onSettled: refresh,
  });
  return { cancel, retry, remove, restore };
}
