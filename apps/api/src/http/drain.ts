import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '@eyegazer/core';
import { presentError } from './present-error.js';

/** Answered to the last: whoever watches this process sees there that it stops. */
const answeredToTheLast = new Set(['/api/health', '/api/ready']);

/** Lets a server finish what it has begun, and begin nothing more. */
export interface Drain {
  readonly isStopping: boolean;
  /** From now on every new request but health and readiness is answered 503. */
  begin(): void;
  /** Resolves when no request is under way. */
  finished(): Promise<void>;
}

/** Counts what is under way on a server. Call it last: it stands before everything that listens on the server by now. */
export function drainServer(server: Server): Drain {
  const onRequest = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  const onUpgrade = server.listeners('upgrade') as ((request: IncomingMessage, socket: Duplex, head: Buffer) => void)[];
  server.removeAllListeners('request').removeAllListeners('upgrade');
  const underWay = new Set<ServerResponse>();
  const waiting = new Set<() => void>();
  let isStopping = false;

  server.on('request', (request, response) => {
    underWay.add(response);
    response.once('close', () => {
      underWay.delete(response);
      if (underWay.size === 0) for (const resolve of waiting) resolve();
    });
    if (isStopping) {
      response.setHeader('connection', 'close');
      if (!answeredToTheLast.has(pathOf(request))) return refuse(response);
    }
    for (const listener of onRequest) listener.call(server, request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    if (!isStopping) return onUpgrade.forEach((listener) => listener.call(server, request, socket, head));
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  });

  return {
    get isStopping() {
      return isStopping;
    },
    begin() {
      isStopping = true;
      // Of an answer that has not begun its connection can still be told that it is the last one.
      for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close');
    },
    async finished() {
      if (underWay.size > 0) await new Promise<void>((resolve) => waiting.add(resolve));
    },
  };
}

function pathOf(request: IncomingMessage): string {
  return request.url?.split('?')[0] ?? '';
}

function refuse(response: ServerResponse): void {
  const requestId = randomUUID();
  const { status, body } = presentError(new AppError('UNAVAILABLE', 'This server is shutting down. Try again in a while.'), requestId);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'x-request-id': requestId, 'retry-after': '2' }).end(JSON.stringify(body));
}
