import type { Server as HttpServer } from 'node:http';
import { AppError, createErrorRecord, parseWith, subscribeSchema, unsubscribeSchema, type ClientToServerEvents, type ExperimentEvent, type Logger, type ServerToClientEvents, type Subscribe, type SubscribeAnswer } from '@eyegazer/core';
import type { Platform } from '@eyegazer/platform';
import { Server } from 'socket.io';
import { admitSockets, type SocketAdmission } from './admit-sockets.js';
import { createEventRooms, type EventRooms } from './event-rooms.js';
import { createOutlet, type ApiSocket } from './outlet.js';
import { createTopicNotices } from './topic-notices.js';

export interface Sockets {
  /** Resolves once changes arrive for sure. */
  ready: Promise<void>;
  /** Clients that are connected. */
  count(): number;
  /** Ends every connection in a way that makes its client connect again, to whom answers then. */
  hangUp(): void;
  close(): Promise<void>;
}

const noticeIntervalMs = 250;
const maxExperimentsPerSocket = 100;
/** Whoever has shown nothing by then is hung up on. */
const connectTimeoutMs = 10_000;
const topics = ['experiments', 'workers', 'datasets', 'models'] as const;

/** Pushes events and change notices to the clients of a server. */
export function attachSockets(server: HttpServer, options: SocketAdmission & { platform: Pick<Platform, 'events' | 'subscribe'>; maxBacklog: number; onPushed: (event: ExperimentEvent) => void }): Sockets {
  const io = new Server<ClientToServerEvents, ServerToClientEvents>(server, { path: '/socket.io', serveClient: false, maxHttpBufferSize: 64 * 1024, connectTimeout: connectTimeoutMs });
  const stopAdmitting = admitSockets(io, options);
  const rooms = createEventRooms({ events: options.platform.events, maxBacklog: options.maxBacklog, log: options.log, onPushed: options.onPushed });
  const notices = createTopicNotices({ intervalMs: noticeIntervalMs, emit: (notice) => io.to(notice.topic).emit('changed', notice) });
  const subscription = options.platform.subscribe({
    onEvents: (changed) => rooms.wake(changed.keys()),
    onTopic: (notice) => notices.add(notice),
    onReconnect() {
      rooms.wakeAll();
      for (const topic of topics) notices.add({ topic });
    },
  });
  io.on('connection', (socket) => serveSocket(socket, { rooms, log: options.log }));
  return {
    ready: subscription.ready,
    count: () => io.engine.clientsCount,
    hangUp: () => void io.engine.close(),
    async close() {
      stopAdmitting();
      subscription.close();
      notices.close();
      await io.close();
    },
  };
}

function serveSocket(socket: ApiSocket, { rooms, log }: { rooms: EventRooms; log: Logger }): void {
  const outlet = createOutlet(socket);
  /** How to end each experiment's stream; null while it is being opened. */
  const following = new Map<string, { end: (() => void) | null }>();

  function unfollow(experimentId: string): void {
    following.get(experimentId)?.end?.();
    following.delete(experimentId);
  }

  async function follow(request: Extract<Subscribe, { experimentId: string }>, acknowledge: (answer: SubscribeAnswer) => void): Promise<void> {
    const { experimentId } = request;
    unfollow(experimentId);
    if (following.size >= maxExperimentsPerSocket) throw new AppError('BAD_REQUEST', `Expected at most ${maxExperimentsPerSocket} experiments per connection. Unsubscribe from some first.`);
    const mine: { end: (() => void) | null } = { end: null };
    following.set(experimentId, mine);
    try {
      const { seq, start } = await rooms.open(request);
      acknowledge({ ok: true, seq });
      if (following.get(experimentId) === mine && socket.connected) mine.end = start(outlet);
    } catch (error) {
      if (following.get(experimentId) === mine) following.delete(experimentId);
      throw error;
    }
  }

  socket.on('subscribe', (value: unknown, acknowledge: unknown) => {
    const answer = typeof acknowledge === 'function' ? (acknowledge as (answer: SubscribeAnswer) => void) : () => undefined;
    const handle = async (): Promise<void> => {
      const request = parseWith(subscribeSchema, value, { what: 'subscribe' });
      if ('experimentId' in request) return follow(request, answer);
      await socket.join(request.topic);
      answer({ ok: true, seq: 0 });
    };
    handle().catch((error: unknown) => {
      if (error instanceof AppError) return answer({ ok: false, error: createErrorRecord(error) });
      // A fault of ours: its words stay in the log.
      const experimentId = subscribeSchema.safeParse(value).data;
      log.error({ ...(experimentId && 'experimentId' in experimentId ? { experimentId: experimentId.experimentId } : {}), error: String(error) }, 'A subscription failed');
      answer({ ok: false, error: createErrorRecord(new AppError('INTERNAL')) });
    });
  });
  socket.on('unsubscribe', (value: unknown) => {
    const request = unsubscribeSchema.safeParse(value);
    if (!request.success) return;
    if ('experimentId' in request.data) unfollow(request.data.experimentId);
    else void socket.leave(request.data.topic);
  });
  socket.on('disconnect', () => {
    for (const experimentId of following.keys()) unfollow(experimentId);
  });
}
