import { isAllowed, type OperationRole, type SessionAnswer } from '@eyegazer/core';
import { createContext, useContext } from 'react';

export interface Session extends SessionAnswer {
  /** True when this person may do what asks for `needed`; what they may not do is not offered. */
  may: (needed: OperationRole) => boolean;
  /** Ends the session of this browser; null where no token is asked for. */
  signOut: (() => void) | null;
}

export const SessionContext = createContext<Session | null>(null);

/** Who is looking at this page. @throws Error outside of SessionGate */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionGate around it.');
  return session;
}

/** What a session may, by the role of its token. */
export function mayOf({ actor }: SessionAnswer): Session['may'] {
  return (needed) => isAllowed(actor.role, needed);
}
