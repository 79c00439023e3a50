import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AppError } from '@eyegazer/core';
import { presentError } from '../http/present-error.js';
import { findRefusal } from './doors.js';

/**
 * Puts the doors before everything that listens on the server by now: pages, API, socket handshakes and websocket
 * upgrades alike. Call it last.
 */
export function guardServer(server: Server, portOf: () => number): void {
  const onRequest = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  const onUpgrade = server.listeners('upgrade') as ((request: IncomingMessage, socket: Duplex, head: Buffer) => void)[];
  server.removeAllListeners('request').removeAllListeners('upgrade');

  server.on('request', (request, response) => {
    const refusal = check(request);
    if (!refusal) return onRequest.forEach((listener) => listener.call(server, request, response));
    const { status, body, requestId } = refuse(refusal);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'x-request-id': requestId, connection: 'close' }).end(body);
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal = check(request);
    if (!refusal) return onUpgrade.forEach((listener) => listener.call(server, request, socket, head));
    const { body, requestId } = refuse(refusal);
    socket.on('error', () => socket.destroy());
    socket.end(
      `HTTP/1.1 403 Forbidden\r\ncontent-type: application/json; charset=utf-8\r\nx-request-id: ${requestId}\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  });

  function check(request: IncomingMessage): AppError | null {
    return findRefusal({ method: request.method ?? 'GET', headers: request.headers }, portOf());
  }
}

function refuse(refusal: AppError): { status: number; body: string; requestId: string } {
  const requestId = randomUUID();
  const { status, body } = presentError(refusal, requestId);
  return { status, body: JSON.stringify(body), requestId };
}
