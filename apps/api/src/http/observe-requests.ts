import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Logger } from '@eyegazer/core';
import type { Response } from 'express';
import { visitOf, type Visit } from '../doors/visit.js';
import type { Metrics } from '../metrics/create-metrics.js';
import { isReading } from './is-reading.js';

/** As web servers note it where the client went before the answer was whole. */
const clientGone = 499;

/**
 * One line in the log and one observation for every request that a server has answered, whoever answered it: what changes
 * something is told at info, what only reads at debug, a fault of ours as an error with its stack. Sockets have no line:
 * theirs last as long as a page is open.
 */
export function observeRequests(server: Server, { log, metrics }: { log: Logger; metrics: Pick<Metrics, 'observeRequest'> }): void {
  server.prependListener('request', (request, response) => {
    if (request.url?.startsWith('/socket.io/')) return;
    const startedAt = performance.now();
    response.once('close', () => {
      const durationMs = performance.now() - startedAt;
      const visit = findVisit(response);
      const method = request.method ?? 'GET';
      const status = response.writableFinished || visit?.failure ? response.statusCode : clientGone;
      const route = visit?.route ?? routeOf(request);
      metrics.observeRequest({ route, method, status, seconds: durationMs / 1000 });
      const fields = {
        ...(visit ? visit.logFields : { requestId: response.getHeader('x-request-id') }),
        method,
        route,
        status,
        durationMs: Math.round(durationMs),
        ...(visit ? { actor: visit.caller?.actor.name, address: visit.address } : {}),
      };
      const message = `${method} ${pathOf(request)} ${status}`;
      if (visit?.failure) log.error({ ...fields, error: describe(visit.failure) }, message);
      else if (isReading(method)) log.debug(fields, message);
      else log.info(fields, message);
    });
  });
}

/** None where the doors have answered by themselves. */
function findVisit(response: ServerResponse): Visit | null {
  return 'locals' in response ? (visitOf(response as Response) ?? null) : null;
}

function routeOf(request: IncomingMessage): string {
  const path = pathOf(request);
  return path.startsWith('/api/') || path === '/api' || path === '/metrics' ? 'unknown' : 'dashboard';
}

/** Without the query, which a person may have put a secret into. */
function pathOf(request: IncomingMessage): string {
  return request.url?.split('?')[0] ?? '';
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
