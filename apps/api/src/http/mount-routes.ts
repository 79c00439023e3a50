import { AppError, parseWith } from '@eyegazer/core';
import express, { type Express, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Api } from '../api.js';
import type { Route } from './route.js';

const noQuery = z.strictObject({});
const readJson = express.json({ limit: '1mb' });

/** Mounts a table of routes; a known path answers any other method 405 with what it does answer. */
export function mountRoutes(app: Express, api: Api, routes: readonly Route[]): void {
  for (const route of routes) {
    app[route.method](route.path, readJson, async (request, response) => {
      requireJson(request);
      const answer = await route.handler(api, {
        params: joinParams(request.params),
        query: parseWith(route.query ?? noQuery, request.query, { what: 'query' }),
        body: route.body ? parseWith(route.body, request.body, { what: 'body' }) : undefined,
        request,
        response,
        requestId: requestIdOf(response),
      });
      if (answer) send(response, answer.status ?? 200, answer.body);
    });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
    app.all(path, (request, response) => {
      response.set('Allow', allowed.join(', '));
      throw new AppError('METHOD_NOT_ALLOWED', `Expected ${allowed.join(' or ')} on this path, got ${request.method}.`);
    });
  }
}

/** The id that names this request in its answer and in the log. */
export function requestIdOf(response: Response): string {
  return String(response.getHeader('x-request-id'));
}

/** A page can send forms and text anywhere without asking; JSON it cannot. */
function requireJson(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  const type = request.headers['content-type'];
  if (type === undefined ? !hasBody : /^application\/json *(;|$)/i.test(type)) return;
  throw new AppError('BAD_REQUEST', `Expected Content-Type application/json, got ${type ?? 'none'}.`);
}

/** `*name` arrives as a list of path segments; an artifact's name is all of them. */
function joinParams(params: Readonly<Record<string, string | string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, Array.isArray(value) ? value.join('/') : value]));
}

function send(response: Response, status: number, body: unknown): void {
  response.status(status).set('Cache-Control', 'no-store');
  if (body === undefined) response.end();
  else response.json(body);
}
