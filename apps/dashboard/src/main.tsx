import './ui/tokens.css';
import './ui/base.css';
import { createApiClient, createEventStream } from '@eyegazer/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BackendContext } from './api/backend.js';
import { App } from './app/app.js';
import { ThemeProvider } from './ui/theme.js';
import { isWorthRetrying } from './api/is-worth-retrying.js';
import { ToastProvider } from './ui/toast.js';

const api = createApiClient();
const stream = createEventStream({ fetchEvents: (id, after) => api.listEvents(id, { after, limit: 5000 }) });
const queries = new QueryClient({
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
      <BackendContext value={{ api, stream }}>
        <ThemeProvider>
          <ToastProvider>
            <App />
          </ToastProvider>
        </ThemeProvider>
      </BackendContext>
    </QueryClientProvider>
  </StrictMode>,
);
