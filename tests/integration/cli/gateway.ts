/** Stands before an API and does what networks and proxies do: cuts, changes, redirects, falls silent. */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Sends the request on; the answer comes back as it is, or through `change`. */
  forward(change?: (chunk: Buffer, sent: number) => Buffer | 'cut'): void;
}

export interface Gateway {
  readonly url: string;
  /** Cuts every connection, and refuses new ones until it is up again. */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

/** Starts gateways for the tests of the enclosing suite, and closes them after each. */
export function useGateways(): (target: string, handle?: (exchange: Exchange) => void) => Promise<Gateway> {
  const opened: Gateway[] = [];
  afterEach('close the gateways', async () => {
    for (const gateway of opened.splice(0)) await gateway.close();
  });
  return async (target, handle) => {
    const gateway = await startGateway(target, handle);
    opened.push(gateway);
    return gateway;
  };
}

async function startGateway(target: string, handle: (exchange: Exchange) => void = ({ forward }) => forward()): Promise<Gateway> {
  const { hostname, port, host } = new URL(target);
  const sockets = new Set<Socket>();
  let isDown = false;
  const server = createServer((request, response) => {
    handle({
      request,
      response,
      forward(change = (chunk) => chunk) {
        const onward = httpRequest(target + (request.url ?? ''), { method: request.method, headers: { ...request.headers, host } }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          let sent = 0;
          answer.on('data', (chunk: Buffer) => {
            const changed = change(chunk, sent);
            if (changed === 'cut') {
              answer.destroy();
              response.destroy();
              return;
            }
            sent += changed.length;
            response.write(changed);
          });
          answer.on('end', () => response.end());
        });
        onward.on('error', () => response.destroy());
        request.pipe(onward);
      },
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    if (isDown) socket.destroy();
  });
  server.on('upgrade', (request, socket: Socket, head) => {
    const onward = connect({ host: hostname, port: Number(port) }, () => {
      const headers = Object.entries({ ...request.headers, host }).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write(`GET ${request.url ?? ''} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const [one, other] of [[onward, socket], [socket, onward]] as const) one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    down() {
      isDown = true;
      for (const socket of sockets) socket.destroy();
    },
    up() {
      isDown = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
