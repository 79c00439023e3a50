import { AppError, createErrorRecord, type ErrorRecord, type EventsAnswer, type ExperimentEvent } from '@eyegazer/core';
import { createEventCursor, cursorPhase, stepCursor, type CursorAction, type CursorInput, type CursorPhase } from './event-cursor.js';

/** `failed` is final: the log cannot be followed, e.g. because the experiment does not exist. */
export type FollowStatus = { phase: CursorPhase } | { phase: 'failed'; error: ErrorRecord };

export interface FollowOptions {
  /** Sequence number of the last event that is known already. */
  after: number;
  /** Gets every later event exactly once, in order. */
  onEvents: (events: ExperimentEvent[]) => void;
  onStatus?: (status: FollowStatus) => void;
  /** Asks the server for the events after a sequence number; gives its newest. */
  subscribe: (after: number) => Promise<number>;
  fetchEvents: (after: number) => Promise<EventsAnswer>;
  /** Runs something later; gives a function that calls it off. */
  schedule: (task: () => void, delayMs: number) => () => void;
}

export interface Follower {
  connected(): void;
  disconnected(): void;
  received(event: ExperimentEvent): void;
  resync(): void;
  fail(error: unknown): void;
  stop(): void;
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** Drives an event cursor: carries out its actions, retries what is worth retrying with growing pauses. */
export function followExperiment(options: FollowOptions): Follower {
  let cursor = createEventCursor(options.after);
  let pauseMs = firstPauseMs;
  let stopped = false;
  let connection = 0;
  let told: CursorPhase | 'failed' | null = null;
  const callOff = new Set<() => void>();

  const tell = (status: FollowStatus): void => {
    if (status.phase === told) return;
    told = status.phase;
    options.onStatus?.(status);
  };
  const give = (input: CursorInput): void => {
    if (stopped) return;
    const step = stepCursor(cursor, input);
    cursor = step.cursor;
    step.actions.forEach(act);
    if (!stopped) tell({ phase: cursorPhase(cursor) });
  };
  const later = (task: () => void): void => {
    const cancel = options.schedule(() => {
      callOff.delete(cancel);
      task();
    }, pauseMs);
    callOff.add(cancel);
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  };
  const subscribe = (after: number): void => {
    const current = ++connection;
    options.subscribe(after).then(
      (seq) => {
        if (current !== connection) return;
        pauseMs = firstPauseMs;
        give({ kind: 'subscribed', seq });
      },
      (error: unknown) => {
        if (stopped || current !== connection) return;
        if (isWorthRetrying(error)) later(() => current === connection && give({ kind: 'connected' }));
        else fail(error);
      },
    );
  };
  const fetchAfter = (after: number): void => {
    options.fetchEvents(after).then(
      (answer) => {
        if (answer.items.length > 0) pauseMs = firstPauseMs;
        give({ kind: 'fetched', events: answer.items, lastSeq: answer.lastSeq });
      },
      (error: unknown) => {
        if (stopped) return;
        if (isWorthRetrying(error)) give({ kind: 'fetch-failed' });
        else fail(error);
      },
    );
  };
  const act = (action: CursorAction): void => {
    switch (action.kind) {
      case 'subscribe':
        return subscribe(action.after);
      case 'fetch':
        return fetchAfter(action.after);
      case 'retry-later':
        return later(() => give({ kind: 'retry' }));
      case 'deliver':
        return options.onEvents(action.events);
      default:
        return action satisfies never;
    }
  };
  const stop = (): void => {
    stopped = true;
    for (const cancel of callOff) cancel();
  };
  const fail = (error: unknown): void => {
    if (stopped) return;
    stop();
    tell({ phase: 'failed', error: createErrorRecord(error) });
  };

  return {
    connected: () => give({ kind: 'connected' }),
    disconnected: () => {
      connection++;
      give({ kind: 'disconnected' });
    },
    received: (event) => give({ kind: 'received', event }),
    resync: () => give({ kind: 'resync' }),
    fail,
    stop,
  };
}

/** What a pause can mend; anything that is not ours (a timeout, a broken connection) counts. */
function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof AppError) || error.retryable;
}
