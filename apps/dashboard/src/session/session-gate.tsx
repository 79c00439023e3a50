import type { ApiClient, EventStream } from '@eyegazer/client';
import type { SessionAnswer } from '@eyegazer/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { BackendContext } from '../api/backend.js';
import { cacheKeys } from '../api/shared-queries.js';
import { isWorthRetrying } from '../api/is-worth-retrying.js';
import { Failure, Loading } from '../ui/notice.js';
import { useToasts } from '../ui/toast.js';
import { isUnauthorized } from './is-unauthorized.js';
import { LoginPage } from './login-page.js';
import { mayOf, SessionContext } from './session.js';

interface GateProps {
  api: ApiClient;
  openStream: () => EventStream;
  children: ReactNode;
}

/** Shows the pages to whoever may enter, and the login to everybody else; a session that ends on the way leads back here. */
export function SessionGate({ api, openStream, children }: GateProps) {
  const queries = useQueryClient();
  const session = useQuery({
    queryKey: [cacheKeys.session],
    queryFn: ({ signal }) => api.getSession({ signal }),
    retry: (count, error) => count < 3 && isWorthRetrying(error),
  });
  const enter = (answer: SessionAnswer): void => {
    queries.clear();
    queries.setQueryData([cacheKeys.session], answer);
    void queries.invalidateQueries({ queryKey: [cacheKeys.session] });
  };
  if (isUnauthorized(session.error)) return <LoginPage api={api} onEntered={enter} />;
  if (session.isPending) return <Loading />;
  if (!session.data) return <Failure error={session.error} onRetry={() => void session.refetch()} />;
  return (
    <SignedIn key={session.data.actor.tokenId} api={api} openStream={openStream} session={session.data}>
      {children}
    </SignedIn>
  );
}

/** One stream of events per session: it is opened with what the session may hear. */
function SignedIn({ api, openStream, session, children }: GateProps & { session: SessionAnswer }) {
  const queries = useQueryClient();
  const toasts = useToasts();
  const [stream, setStream] = useState<EventStream | null>(null);
  useEffect(() => {
    const opened = openStream();
    const stopListening = opened.onConnection((state) => {
      if (state === 'refused') void queries.invalidateQueries({ queryKey: [cacheKeys.session] });
    });
    setStream(opened);
    return () => {
      stopListening();
      opened.close();
    };
  }, [openStream, queries]);
  const signOut = (): void => {
    api.endSession().then(() => queries.invalidateQueries({ queryKey: [cacheKeys.session] }), toasts.error);
  };
  if (!stream) return <Loading />;
  return (
    <SessionContext value={{ ...session, may: mayOf(session), signOut: session.open ? null : signOut }}>
      <BackendContext value={{ api, stream }}>{children}</BackendContext>
    </SessionContext>
  );
}
