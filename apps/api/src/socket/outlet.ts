import type { ClientToServerEvents, ExperimentEvent, ServerToClientEvents } from '@eyegazer/core';
import type { Socket } from 'socket.io';

export type ApiSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** One client's connection, as those who push see it. */
export interface Outlet {
  send(event: ExperimentEvent): void;
  resync(notice: { experimentId: string; from: number }): void;
  /** Packets that wait because the client does not read fast enough. */
  backlog(): number;
  /** Resolves when nothing waits any more, or the connection is gone. */
  drained(): Promise<void>;
}

/** Counts what engine.io has been given and has not yet handed to the network. */
export function createOutlet(socket: ApiSocket): Outlet {
  const { conn } = socket;
  let waiting = 0;
  conn.on('packetCreate', () => void waiting++);
  conn.on('flush', () => void (waiting = 0));
  return {
    send: (event) => void socket.emit('event', event),
    resync: (notice) => void socket.emit('resync', notice),
    backlog: () => waiting,
    drained: () =>
      new Promise((resolve) => {
        if (waiting === 0 || conn.readyState === 'closed') return resolve();
        const done = (): void => {
          conn.off('drain', done).off('close', done);
          resolve();
        };
        conn.on('drain', done).on('close', done);
      }),
  };
}
