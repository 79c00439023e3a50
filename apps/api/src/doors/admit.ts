import { AppError, type Operation, type OperationId, type OperationRole } from '@eyegazer/core';
import { createSecretHider } from '@eyegazer/platform';
import type { Request, RequestHandler, Response } from 'express';
import { hasBody } from '../http/has-body.js';
import { isReading } from '../http/is-reading.js';
import type { Route } from '../http/route.js';
import type { Access, Caller } from './access.js';
import { assertAllowed } from './assert-allowed.js';
import type { AuditTrail } from './audit-trail.js';
import { formatSessionCookie, readCredential } from './credential.js';
import type { RateLimiters } from './rate-limiters.js';
import { assertSameOrigin } from './same-origin.js';
import { visitOf } from './visit.js';

/** Start long work, read everything, or make secrets. */
const heavyOperations = new Set<OperationId>(['createDataset', 'createUpload', 'createModel', 'startDemo', 'createSession', 'createToken', 'getBackup', 'restoreBackup']);

/** As web servers note it where the client went before the answer. */
const clientGone = 499;
const longestTarget = 200;
const hideSecrets = createSecretHider([]);

/** What stands before a handler, and before its request's body is read. */
export interface Admission {
  /** For one operation: limits, who may, and what the audit log gets of it. */
  toOperation(route: Pick<Route, 'id' | 'operation'>): RequestHandler[];
  /** For everything under a path that is no operation, known or not. */
  toOthers(role: OperationRole): RequestHandler[];
  /** For the dashboard's own files, which are open: the page to log in with is one of them. */
  toPages(): RequestHandler[];
}

export function createAdmission({ access, limiters, trail }: { access: Access; limiters: RateLimiters; trail: AuditTrail }): Admission {
  function identifyFor(role: OperationRole): RequestHandler {
    return async (request, response, next) => {
      if (role === 'none') assertSaysSomething(request);
      else visitOf(response).caller = await identify(access, request, response);
      next();
    };
  }

  return {
    toOperation: ({ id, operation }) => [
      ...(isDeed(id, operation) ? [recordDeed(trail, id)] : []),
      identifyFor(operation.role),
      limiters.general,
      ...(heavyOperations.has(id) ? [limiters.heavy] : []),
      authorize(operation.role),
    ],
    toOthers: (role) => [identifyFor(role), limiters.general, authorize(role)],
    toPages: () => [limiters.general],
  };
}

/** @throws AppError UNAUTHORIZED, FORBIDDEN for another site's page, TOO_MANY_REQUESTS, UNAVAILABLE */
async function identify(access: Access, request: Request, response: Response): Promise<Caller> {
  const visit = visitOf(response);
  const credential = readCredential(request.headers, visit);
  if (credential?.kind === 'session' && !(await access.isOpen())) assertSameOrigin(request.headers, visit, { mustSay: !isReading(request.method) });
  try {
    return await access.identify(credential, visit.address);
  } catch (error) {
    // A browser that goes on showing a dead session would use up its failures.
    if (credential?.kind === 'session' && error instanceof AppError && error.code === 'UNAUTHORIZED') response.append('Set-Cookie', formatSessionCookie(null, visit));
    throw error;
  }
}

function authorize(role: OperationRole): RequestHandler {
  return (_request, response, next) => {
    const { caller } = visitOf(response);
    if (caller) assertAllowed(caller.actor, role);
    next();
  };
}

/** To look is none, but to take everything away is. */
function isDeed(id: OperationId, { method }: Operation): boolean {
  return method !== 'get' || id === 'getBackup';
}

/** One entry per deed, or attempt at one, of somebody who is known; never of a body. */
function recordDeed(trail: AuditTrail, operation: OperationId): RequestHandler {
  return (request, response, next) => {
    // The form asks for one whenever somebody stops typing; it changes nothing.
    if (operation === 'submitExperiment' && request.query['dryRun'] === 'true') return next();
    // Read here: they are this route's, and no later one's.
    const params = Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, storable([value].flat().join('/'))]));
    response.once('close', () => {
      const { caller, requestId, address, made } = visitOf(response);
      const status = response.headersSent ? response.statusCode : clientGone;
      if (caller) trail.record({ requestId, actor: caller.actor, address, operation, target: { ...params, ...made }, status });
    });
    next();
  };
}

/**
 * PostgreSQL takes neither NUL nor half a surrogate pair; what is refused for them is written down all the same. Somebody
 * who takes a token's secret for its id has shown it to nobody else.
 */
function storable(text: string): string {
  return Buffer.from(hideSecrets(text).slice(0, longestTarget).replaceAll('\0', '')).toString();
}

/** Who logs in shows a token in the body: without one, it is somebody who shows nothing. */
function assertSaysSomething(request: Request): void {
  if (request.method === 'POST' && !hasBody(request)) throw new AppError('UNAUTHORIZED', 'Expected a body {"token": "eyg_..."}, got none.');
}
