import { AppError, isBinary, parseWith } from '@eyegazer/core';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import type { Api } from '../api.js';
import type { Admission } from '../doors/admit.js';
import { visitOf, type Visit } from '../doors/visit.js';
import type { BodyTimes } from './body-times.js';
import { hasBody } from './has-body.js';
import type { RawAnswer, Route } from './route.js';

const experimentsPath = '/api/experiments';
const noQuery = z.strictObject({});
/** PostgreSQL stores neither NUL nor half a surrogate pair in text: they are refused where they come in. */
const unstorable = /[\0\p{Surrogate}]/u;
const refusal = 'Expected text without NUL characters and without halves of characters (lone surrogates).';
const readJson = express.json({
  limit: '1mb',
  reviver(_key: string, value: unknown) {
    if (isUnstorable(value)) throw new SyntaxError(refusal);
    return value;
  },
});

/** Mounts a table of routes behind the doors; a known path answers any other method 405 with what it does answer. */
export function mountRoutes(app: Express, api: Api, { routes, admission, bodyTimes }: { routes: readonly Route[]; admission: Admission; bodyTimes: BodyTimes }): void {
  for (const route of routes) {
    const { method, path, query, body, bodyErrors } = route.operation;
    app[method](path, noteRoute(path), ...admission.toOperation(route), ...(isBinary(body) ? [] : [readJson]), async (request, response) => {
      requireType(request, isBinary(body) ? body.mediaTypes : ['application/json']);
      if (isBinary(body)) bodyTimes.lift(request);
      const visit = visitOf(response);
      visit.logFields['actor'] = visit.caller?.actor.name;
      const answer = await route.handle(api, {
        params: joinParams(request.params),
        query: parseWith(query ?? noQuery, mapValues(request.query, refuseUnstorable), { what: 'query' }),
        body: body === undefined || isBinary(body) ? undefined : parseWith(body, request.body, bodyErrors ?? { what: 'body' }),
        request,
        response,
        requestId: visit.requestId,
        visit,
      });
      if (answer) noteMade(visit, answer);
      if (answer) send(response, answer.status ?? 200, answer.body);
    });
  }
  app.use(['/api', '/metrics'], ...admission.toOthers('viewer'));
  for (const path of new Set(routes.map(({ operation }) => operation.path))) {
    const allowed = routes.filter(({ operation }) => operation.path === path).map(({ operation }) => operation.method.toUpperCase());
    app.all(path, (request, response) => {
      response.set('Allow', allowed.join(', '));
      throw new AppError('METHOD_NOT_ALLOWED', `Expected ${allowed.join(' or ')} on this path, got ${request.method}.`);
    });
  }
}

/** What is known of a request before anybody knows whose it is. */
function noteRoute(path: string): RequestHandler {
  return (request, response, next) => {
    const visit = visitOf(response);
    visit.route = path;
    if (path.startsWith(`${experimentsPath}/:id`)) visit.logFields['experimentId'] = request.params['id'];
    next();
  };
}

/** The id of what a request made is in its answer. */
function noteMade(visit: Visit, { status, body }: RawAnswer): void {
  if ((status !== 201 && status !== 202) || typeof body !== 'object' || body === null) return;
  const id = 'token' in body ? (body as { token: { id: unknown } }).token.id : 'id' in body ? body.id : undefined;
  if (typeof id !== 'string') return;
  visit.made['id'] = id;
  if (visit.route === experimentsPath) visit.logFields['experimentId'] = id;
}

/** A page can send forms and text anywhere without asking; JSON and archives it cannot. */
function requireType(request: Request, expected: readonly string[]): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const type = request.headers['content-type'];
  if (type === undefined ? !hasBody(request) : expected.includes(type.split(';')[0]?.trim().toLowerCase() ?? '')) return;
  throw new AppError('BAD_REQUEST', `Expected Content-Type ${expected.join(' or ')}, got ${type ?? 'none'}.`);
}

/** `*name` arrives as a list of path segments; an artifact's name is all of them. */
function joinParams(params: Readonly<Record<string, string | string[]>>): Record<string, string> {
  return mapValues(params, (value) => refuseUnstorable(Array.isArray(value) ? value.join('/') : value));
}

function isUnstorable(value: unknown): boolean {
  return typeof value === 'string' && unstorable.test(value);
}

function refuseUnstorable<V>(value: V): V {
  if (isUnstorable(value)) throw new AppError('BAD_REQUEST', refusal);
  return value;
}

function mapValues<V, R>(record: Readonly<Record<string, V>>, map: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function send(response: Response, status: number, body: unknown): void {
  response.status(status).set('Cache-Control', 'no-store');
  if (body === undefined) response.end();
  else response.json(body);
}
