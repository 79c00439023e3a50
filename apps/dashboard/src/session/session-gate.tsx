import type { ApiClient } from '@eyegazer/client';
import type { SessionAnswer } from '@eyegazer/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { BackendContext } from '../api/backend.js';
import { cacheKeys } from '../api/shared-queries.js';
import { isWorthRetrying } from '../api/is-worth-retrying.js';
import { Failure, Loading } from '../ui/notice.js';
import { useToasts } from '../ui/toast.js';
import { isUnauthorized } from './is-unauthorized.js';
import { LoginPage } from './login-page.js';
import type { SessionStreams } from './session-streams.js';
import { mayOf, SessionContext } from './session.js';

interface GateProps {
  api: ApiClient;
  streams: SessionStreams;
  children: ReactNode;
}

/** Shows the pages to whoever may enter, and the login to everybody else; a session that ends on the way leads back here. */
export function SessionGate({ api, streams, children }: GateProps) {
  const queries = useQueryClient();
  const session = useQuery({
    queryKey: [cacheKeys.session],
    queryFn: ({ signal }) => api.getSession({ signal }),
    retry: (count, error) => count < 3 && isWorthRetrying(error),
  });
  const enter = (answer: SessionAnswer): void => {
    streams.end();
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== cacheKeys.session });
    queries.setQueryData([cacheKeys.session], answer);
  };
  if (isUnauthorized(session.error)) return <LoginPage api={api} onEntered={enter} />;
  if (session.isPending) return <Loading />;
  if (!session.data) return <Failure error={session.error} onRetry={() => void session.refetch()} />;
  return (
    <SignedIn api={api} streams={streams} session={session.data}>
      {children}
    </SignedIn>
  );
}

function SignedIn({ api, streams, session, children }: GateProps & { session: SessionAnswer }) {
  const queries = useQueryClient();
  const toasts = useToasts();
  const stream = streams.of(session.actor.tokenId);
  useEffect(
    () =>
      stream.onConnection((state) => {
        if (state === 'refused') void queries.invalidateQueries({ queryKey: [cacheKeys.session] });
      }),
    [stream, queries],
  );
  const signOut = (): void => {
    api.endSession().then(() => queries.invalidateQueries({ queryKey: [cacheKeys.session] }), toasts.error);
  };
  return (
    <SessionContext value={{ ...session, may: mayOf(session), signOut: session.open ? null : signOut }}>
      <BackendContext value={{ api, stream }}>{children}</BackendContext>
    </SessionContext>
  );
}
