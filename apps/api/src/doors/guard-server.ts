import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { presentError } from '../http/present-error.js';
import type { Access } from './access.js';
import { findRefusal } from './doors.js';

/**
 * Puts the doors of an open server before everything that listens on it by now: pages, API, socket handshakes and
 * websocket upgrades alike. Call it last. A server that asks for tokens has none here: a token is proof enough.
 */
export function guardServer(server: Server, { access, portOf }: { access: Pick<Access, 'isOpen'>; portOf: () => number }): void {
  const onRequest = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  const onUpgrade = server.listeners('upgrade') as ((request: IncomingMessage, socket: Duplex, head: Buffer) => void)[];
  server.removeAllListeners('request').removeAllListeners('upgrade');

  server.on('request', (request, response) => {
    void check(request).then((refusal) => {
      if (refusal === null) return onRequest.forEach((listener) => listener.call(server, request, response));
      const { status, body, requestId } = refuse(refusal);
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'x-request-id': requestId, connection: 'close' }).end(body);
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const hangUp = (): void => void socket.destroy();
    socket.on('error', hangUp);
    void check(request).then((refusal) => {
      if (refusal === null) {
        socket.off('error', hangUp);
        return onUpgrade.forEach((listener) => listener.call(server, request, socket, head));
      }
      const { status, body, requestId } = refuse(refusal);
      socket.end(
        `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json; charset=utf-8\r\nx-request-id: ${requestId}\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    });
  });

  /** What to refuse the request with; the database may be what is missing. */
  async function check(request: IncomingMessage): Promise<unknown> {
    try {
      return (await access.isOpen()) ? findRefusal({ method: request.method ?? 'GET', headers: request.headers }, portOf()) : null;
    } catch (error) {
      return error;
    }
  }
}

function refuse(refusal: unknown): { status: number; body: string; requestId: string } {
  const requestId = randomUUID();
  const { status, body } = presentError(refusal, requestId);
  return { status, body: JSON.stringify(body), requestId };
}
