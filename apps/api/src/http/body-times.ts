import type { IncomingMessage, Server } from 'node:http';
import { hasBody } from './has-body.js';

export interface BodyTimes {
  /** From now on for every request of this server, whoever answers it. */
  watch(server: Server): void;
  /** For a body that may take its time. */
  lift(request: IncomingMessage): void;
}

/**
 * Cuts off whoever has not sent a whole body in time, answered or not: by a byte now and then, somebody who has shown
 * nothing could else hold a connection for as long as a backup may take.
 */
export function createBodyTimes(longestMs: number): BodyTimes {
  const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();
  return {
    watch(server) {
      server.prependListener('request', (request: IncomingMessage) => {
        if (hasBody(request)) timers.set(request, setTimeout(() => request.complete || request.socket.destroy(), longestMs).unref());
      });
    },
    lift: (request) => clearTimeout(timers.get(request)),
  };
}
