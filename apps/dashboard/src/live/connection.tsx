import { useEffect, useState, useSyncExternalStore } from 'react';
import { useBackend } from '../api/backend.js';
import './connection.css';

const words = { connecting: 'Connecting', connected: 'Live', reconnecting: 'Reconnecting', refused: 'Signed out' } as const;
const graceMs = 1200;

/** The dot that says whether the page hears the server. */
export function ConnectionState() {
  const { stream } = useBackend();
  const state = useSyncExternalStore(stream.onConnection, stream.connection);
  return (
    <span className="connection" data-testid="connection-state" data-state={state} title={`${words[state]}: updates arrive by themselves while this says Live`}>
      <span className="connection__dot" aria-hidden="true" />
      <span className="connection__word">{words[state]}</span>
    </span>
  );
}

/** Says that the connection is lost, once it has been for more than a blink. */
export function ConnectionBanner() {
  const { stream } = useBackend();
  const state = useSyncExternalStore(stream.onConnection, stream.connection);
  return (
    <div className="connection-banner" aria-live="polite" data-testid="connection-banner">
      {state !== 'connected' && <LostNotice />}
    </div>
  );
}

function LostNotice() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), graceMs);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <p className="connection-banner__notice">
      <span className="connection-banner__spinner" aria-hidden="true" />
      <span>Connection lost, reconnecting… Nothing will be missed.</span>
    </p>
  );
}
