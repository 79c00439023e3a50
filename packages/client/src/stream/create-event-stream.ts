/**
 * One socket.io connection to the API for everything that is watched: experiments' event logs, and topics whose lists
 * change. Reconnecting is socket.io's; where each watcher goes on afterwards is the event cursor's.
 */
import {
  AppError,
  experimentEventSchema,
  parseWith,
  type ClientToServerEvents,
  type EventsAnswer,
  type ExperimentEvent,
  type ServerToClientEvents,
  type Subscribe,
  type Topic,
} from '@eyegazer/core';
import { io, type Socket } from 'socket.io-client';
import { findRefusal } from './find-refusal.js';
import { followExperiment, type Follower, type FollowStatus } from './follow-experiment.js';

/** `refused` is final: the server wants another token, or none of this page's. */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'refused';

export interface WatchOptions {
  experimentId: string;
  /** Sequence number of the last event that is known already; 0 for all of them. */
  after: number;
  /** Gets every later event exactly once, in order, in as many calls as it takes. */
  onEvents: (events: ExperimentEvent[]) => void;
  onStatus?: (status: FollowStatus) => void;
}

export interface EventStream {
  /** Follows one experiment's log through any loss of connection; gives the function that stops it. */
  watchExperiment(options: WatchOptions): () => void;
  /** Calls back when a list may have changed: on notice, and after every reconnection (`id` absent: anything may have). */
  watchTopic(topic: Topic, onChanged: (id: string | undefined) => void): () => void;
  /** Calls back whenever the state of the connection changes; gives the function that stops it. */
  onConnection(listener: (state: ConnectionState) => void): () => void;
  connection(): ConnectionState;
  close(): void;
}

export interface EventStreamOptions {
  /** Origin of the API; empty for the page's own. */
  baseUrl?: string;
  /** An access token; without one, a browser's session speaks, or nobody. */
  token?: string | undefined;
  fetchEvents: (experimentId: string, after: number) => Promise<EventsAnswer>;
}

const acknowledgeTimeoutMs = 10_000;

export function createEventStream(options: EventStreamOptions): EventStream {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(options.baseUrl ?? '', {
    path: '/socket.io',
    reconnectionDelay: 300,
    reconnectionDelayMax: 4000,
    ...(options.token === undefined ? {} : { auth: { token: options.token } }),
  });
  const followers = new Map<string, Set<Follower>>();
  const topics = new Map<Topic, Set<(id: string | undefined) => void>>();
  const listeners = new Set<(state: ConnectionState) => void>();
  let state: ConnectionState = 'connecting';
  let refusal: AppError | null = null;
  let closed = false;

  const setState = (next: ConnectionState): void => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener(next);
  };
  const subscribe = async (request: Subscribe): Promise<number> => {
    const reply = await socket.timeout(acknowledgeTimeoutMs).emitWithAck('subscribe', request);
    if (!reply.ok) throw new AppError(reply.error.code, reply.error.message, reply.error);
    return reply.seq;
  };
  const subscribeTopic = (topic: Topic): void => {
    subscribe({ topic }).catch(() => {
      if (socket.connected && topics.has(topic)) setTimeout(() => socket.connected && topics.has(topic) && subscribeTopic(topic), 2000);
    });
  };
  // Where the server itself said no or goodbye, socket.io does not come back on its own, as it does from a broken connection.
  const connectLater = (delayMs: number): void => void setTimeout(() => closed || socket.connect(), delayMs);
  const everyFollower = (act: (follower: Follower) => void): void => {
    for (const group of followers.values()) group.forEach(act);
  };

  socket.on('connect', () => {
    const again = state === 'reconnecting';
    setState('connected');
    everyFollower((follower) => follower.connected());
    for (const [topic, watchers] of topics) {
      subscribeTopic(topic);
      if (again) for (const onChanged of watchers) onChanged(undefined);
    }
  });
  socket.on('disconnect', (reason) => {
    setState('reconnecting');
    everyFollower((follower) => follower.disconnected());
    if (reason === 'io server disconnect') connectLater(1000);
  });
  socket.on('connect_error', (error) => {
    refusal = findRefusal(error);
    if (!refusal) return socket.active ? undefined : connectLater(3000);
    socket.disconnect();
    setState('refused');
    everyFollower((follower) => follower.fail(refusal));
  });
  socket.io.on('reconnect_attempt', () => setState('reconnecting'));
  socket.on('event', (value) => {
    const group = followers.get(value.experimentId);
    if (!group) return;
    try {
      const event = parseWith(experimentEventSchema, value, { code: 'INTERNAL', what: 'event' });
      group.forEach((follower) => follower.received(event));
    } catch (error) {
      group.forEach((follower) => follower.fail(error));
    }
  });
  socket.on('resync', ({ experimentId }) => followers.get(experimentId)?.forEach((follower) => follower.resync()));
  socket.on('changed', ({ topic, id }) => topics.get(topic)?.forEach((onChanged) => onChanged(id)));

  return {
    watchExperiment({ experimentId, after, onEvents, onStatus }) {
      const follower = followExperiment({
        after,
        onEvents,
        ...(onStatus ? { onStatus } : {}),
        subscribe: (last) => subscribe({ experimentId, after: last }),
        fetchEvents: (last) => options.fetchEvents(experimentId, last),
        schedule: (task, delayMs) => {
          const timer = setTimeout(task, delayMs);
          return () => clearTimeout(timer);
        },
      });
      const group = addTo(followers, experimentId, follower);
      if (refusal) follower.fail(refusal);
      else if (socket.connected) follower.connected();
      return () => {
        follower.stop();
        group.delete(follower);
        if (group.size > 0 || followers.get(experimentId) !== group) return;
        followers.delete(experimentId);
        if (socket.connected) socket.emit('unsubscribe', { experimentId });
      };
    },
    watchTopic(topic, onChanged) {
      const isNew = !topics.has(topic);
      const group = addTo(topics, topic, onChanged);
      if (isNew && socket.connected) subscribeTopic(topic);
      return () => {
        group.delete(onChanged);
        if (group.size > 0 || topics.get(topic) !== group) return;
        topics.delete(topic);
        if (socket.connected) socket.emit('unsubscribe', { topic });
      };
    },
    onConnection(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    connection: () => state,
    close: () => {
      closed = true;
      everyFollower((follower) => follower.stop());
      socket.disconnect();
    },
  };
}

function addTo<K, V>(groups: Map<K, Set<V>>, key: K, value: V): Set<V> {
  const group = groups.get(key) ?? new Set<V>();
  groups.set(key, group);
  return group.add(value);
}
