/**
 * Following one experiment's log without a gap and without a repeat, whatever the connection does: a pure state machine
 * of inputs (what the socket and the server say) to actions (what the driver must do).
 *
 * Life of a cursor:
 * 1. `connected` asks to subscribe after the last event held; the answer names the log's newest sequence number.
 * 2. The next event in order is delivered; one that is held already is dropped; one further ahead is kept aside and the
 *    missing ones are fetched over HTTP.
 * 3. `resync` (the server will not replay that many) fetches them too, page by page, while live events wait their turn.
 * 4. `disconnected` keeps the place; the next `connected` begins again at 1.
 */
import type { ExperimentEvent } from '@eyegazer/core';

export const cursorPhases = ['connecting', 'catching-up', 'live'] as const;
export type CursorPhase = (typeof cursorPhases)[number];

export interface EventCursor {
  /** Sequence number of the last event delivered. */
  last: number;
  /** Newest sequence number that the server is known to have. */
  newest: number;
  /** True from the answer to a subscription until the connection is lost. */
  subscribed: boolean;
  fetching: boolean;
  /** A resync came while a page was on its way: that page may be too old, so another one follows it. */
  refetch: boolean;
  /** Events that came ahead of their turn, by sequence number. */
  ahead: ReadonlyMap<number, ExperimentEvent>;
}

export type CursorInput =
  | { kind: 'connected' }
  | { kind: 'subscribed'; seq: number }
  | { kind: 'received'; event: ExperimentEvent }
  | { kind: 'resync' }
  | { kind: 'fetched'; events: readonly ExperimentEvent[]; lastSeq: number }
  | { kind: 'fetch-failed' }
  | { kind: 'retry' }
  | { kind: 'disconnected' };

export type CursorAction =
  | { kind: 'subscribe'; after: number }
  | { kind: 'fetch'; after: number }
  /** Give the cursor a `retry` after a pause. */
  | { kind: 'retry-later' }
  | { kind: 'deliver'; events: ExperimentEvent[] };

export interface CursorStep {
  cursor: EventCursor;
  actions: CursorAction[];
}

/** A cursor that has seen everything up to and including `after`. */
export function createEventCursor(after: number): EventCursor {
  return { last: after, newest: after, subscribed: false, fetching: false, refetch: false, ahead: new Map() };
}

/** Where the cursor stands, for people. */
export function cursorPhase(cursor: EventCursor): CursorPhase {
  if (!cursor.subscribed) return 'connecting';
  return cursor.last < cursor.newest ? 'catching-up' : 'live';
}

export function stepCursor(cursor: EventCursor, input: CursorInput): CursorStep {
  switch (input.kind) {
    case 'connected':
      return { cursor, actions: [{ kind: 'subscribe', after: cursor.last }] };
    case 'disconnected':
      return { cursor: { ...cursor, subscribed: false }, actions: [] };
    case 'subscribed':
      return { cursor: { ...cursor, subscribed: true, newest: Math.max(cursor.newest, input.seq) }, actions: [] };
    case 'received':
      return receive(cursor, input.event);
    case 'resync':
      return cursor.fetching ? { cursor: { ...cursor, refetch: true }, actions: [] } : fetchMissing(cursor);
    case 'fetched':
      return takePage(cursor, input);
    case 'fetch-failed':
      return { cursor: { ...cursor, fetching: false }, actions: [{ kind: 'retry-later' }] };
    case 'retry':
      return fetchMissing(cursor);
    default:
      return input satisfies never;
  }
}

function receive(cursor: EventCursor, event: ExperimentEvent): CursorStep {
  if (event.seq <= cursor.last) return { cursor, actions: [] };
  const step = drain({ ...cursor, newest: Math.max(cursor.newest, event.seq) }, [event]);
  if (step.cursor.ahead.size === 0) return step;
  const missing = fetchMissing(step.cursor);
  return { cursor: missing.cursor, actions: [...step.actions, ...missing.actions] };
}

function takePage(cursor: EventCursor, page: { events: readonly ExperimentEvent[]; lastSeq: number }): CursorStep {
  const step = drain({ ...cursor, fetching: false, refetch: false, newest: Math.max(cursor.newest, page.lastSeq) }, page.events);
  if (step.cursor.last >= step.cursor.newest && !cursor.refetch) return step;
  if (step.cursor.last === cursor.last && !cursor.refetch) return { cursor: step.cursor, actions: [{ kind: 'retry-later' }] };
  const next = fetchMissing(step.cursor);
  return { cursor: next.cursor, actions: [...step.actions, ...next.actions] };
}

function fetchMissing(cursor: EventCursor): CursorStep {
  if (cursor.fetching) return { cursor, actions: [] };
  return { cursor: { ...cursor, fetching: true }, actions: [{ kind: 'fetch', after: cursor.last }] };
}

/** Delivers what is next in order among the new events and those kept aside. */
function drain(cursor: EventCursor, events: readonly ExperimentEvent[]): CursorStep {
  const waiting = new Map(cursor.ahead);
  for (const event of events) if (event.seq > cursor.last) waiting.set(event.seq, event);
  const ready: ExperimentEvent[] = [];
  let last = cursor.last;
  for (let next = waiting.get(last + 1); next !== undefined; next = waiting.get(last + 1)) {
    ready.push(next);
    waiting.delete(next.seq);
    last = next.seq;
  }
  return { cursor: { ...cursor, last, ahead: waiting }, actions: ready.length === 0 ? [] : [{ kind: 'deliver', events: ready }] };
}
