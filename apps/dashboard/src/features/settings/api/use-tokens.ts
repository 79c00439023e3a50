import type { CreatedToken, CreateToken, TokenWire } from '@eyegazer/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBackend } from '../../../api/backend.js';
import { cacheKeys } from '../../../api/shared-queries.js';
import { useToasts } from '../../../ui/toast.js';

/** One page of tokens, newest first. */
export function useTokens(cursor: string | undefined) {
  const { api } = useBackend();
  return useQuery({
    queryKey: [cacheKeys.tokens, cursor ?? null],
    queryFn: ({ signal }) => api.listTokens({ limit: 50, cursor, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Makes a token; its secret is in the answer and nowhere else. */
export function useCreateToken(onCreated: (created: CreatedToken) => void) {
  const { api } = useBackend();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateToken) => api.createToken(body),
    onSuccess: (created) => {
      onCreated(created);
      // Where this closed the door, the list is not for us any more; the secret must be seen before the login asks for it.
      if (!created.closesDoor) void queries.invalidateQueries({ queryKey: [cacheKeys.tokens] });
    },
  });
}

export function useRevokeToken() {
  const { api } = useBackend();
  const queries = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: ({ id }: TokenWire) => api.revokeToken(id),
    onError: toasts.error,
    onSuccess: (_nothing, { name }) => {
      toasts.done(`${name} opens nothing any more.`);
      void queries.invalidateQueries({ queryKey: [cacheKeys.tokens] });
    },
  });
}
