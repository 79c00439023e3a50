import type { ApiClient, EventStream } from '@eyegazer/client';
import { createContext, useContext } from 'react';

export interface Backend {
  api: ApiClient;
  stream: EventStream;
}

export const BackendContext = createContext<Backend | null>(null);

/** The API client and the event stream of this page. @throws Error outside of BackendContext */
export function useBackend(): Backend {
  const backend = useContext(BackendContext);
  if (!backend) throw new Error('useBackend needs a BackendContext around it.');
  return backend;
}
