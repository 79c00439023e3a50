import './ui/tokens.css';
import './ui/base.css';
import { createApiClient, createEventStream } from '@eyegazer/client';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isWorthRetrying } from './api/is-worth-retrying.js';
import { cacheKeys } from './api/shared-queries.js';
import { App } from './app/app.js';
import { isUnauthorized } from './session/is-unauthorized.js';
import { SessionGate } from './session/session-gate.js';
import { createSessionStreams } from './session/session-streams.js';
import { ThemeProvider } from './ui/theme.js';
import { ToastProvider } from './ui/toast.js';

const api = createApiClient();
const streams = createSessionStreams(() => createEventStream({ fetchEvents: (id, after) => api.listEvents(id, { after, limit: 5000 }) }));

/** A session that has ended shows itself by any request: asking who is here then leads to the login. */
const onError = (error: unknown): void => {
  if (isUnauthorized(error) && queries.getQueryData([cacheKeys.session]) !== undefined) void queries.invalidateQueries({ queryKey: [cacheKeys.session] });
};
const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== cacheKeys.session && onError(error) }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    // Freshness comes from the socket's notices, not from timers or window focus.
    queries: { staleTime: Infinity, refetchOnWindowFocus: false, retry: (count, error) => count < 3 && isWorthRetrying(error) },
    mutations: { retry: false },
  },
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ThemeProvider>
        <ToastProvider>
          <SessionGate api={api} streams={streams}>
            <App />
          </SessionGate>
        </ToastProvider>
      </ThemeProvider>
    </QueryClientProvider>
  </StrictMode>,
);
