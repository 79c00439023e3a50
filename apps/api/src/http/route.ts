import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Api } from '../api.js';

/** What a handler is given: everything parsed, plus the raw request and response for those that stream. */
export interface Call<Q, B> {
  params: Readonly<Record<string, string>>;
  query: Q;
  body: B;
  request: Request;
  response: Response;
  requestId: string;
}

/** What a handler answers; nothing when it has written the response itself. */
export interface Answer {
  status?: number;
  body?: unknown;
}

export type Handler<Q = unknown, B = unknown> = (api: Api, call: Call<Q, B>) => Promise<Answer | undefined>;

export interface RouteSpec<Q extends z.ZodType, B extends z.ZodType> {
  method: 'get' | 'post' | 'delete';
  path: string;
  /** Without one, any query key is refused. */
  query?: Q;
  /** Without one, a body is not read. */
  body?: B;
  handler: Handler<z.infer<Q>, z.infer<B>>;
}

export type Route = RouteSpec<z.ZodType, z.ZodType>;

/** Ties a handler's types to its schemas; the table then forgets them. */
export function route<Q extends z.ZodType = z.ZodObject<Record<string, never>>, B extends z.ZodType = z.ZodUnknown>(spec: RouteSpec<Q, B>): Route {
  return spec;
}
