import type { BinaryContent, BodyOf, Operation, OperationId, Operations, PathParams, QueryOf } from '@eyegazer/core';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Api } from '../api.js';
import type { Visit } from '../doors/visit.js';

/** What a handler is given: everything parsed as the contract says, plus the raw request and response for those that stream. */
export interface CallOf<O extends Operation> {
  params: PathParams<O['path']>;
  query: QueryOf<O>;
  body: BodyOf<O>;
  request: Request;
  response: Response;
  requestId: string;
  visit: Visit;
}

/** What a handler answers, by the statuses of the contract (200 need not be said); undefined when it has written the response itself. */
export type AnswerOf<O extends Operation> = { [Status in keyof O['answers'] & number]: AnswerWith<Status, O['answers'][Status]> }[keyof O['answers'] & number];
type AnswerWith<Status, Content> = Content extends z.ZodType
  ? { status: Status; body: z.infer<Content> } | (Status extends 200 ? { status?: 200; body: z.infer<Content> } : never)
  : Content extends BinaryContent
    ? undefined
    : { status: Status };

export type HandlerOf<O extends Operation> = (api: Api, call: CallOf<O>) => Promise<AnswerOf<O>>;
/** The handler of one operation: `const getDataset: Handler<'getDataset'> = ...`. */
export type Handler<Id extends OperationId> = HandlerOf<Operations[Id]>;
/** One handler for every operation there is. */
export type Handlers = { readonly [Id in OperationId]: Handler<Id> };

/** An operation and its handler, whose types the table has already tied together. */
export interface Route {
  id: OperationId;
  operation: Operation;
  handle: (api: Api, call: RawCall) => Promise<RawAnswer | undefined>;
}
export interface RawCall {
  params: Readonly<Record<string, string>>;
  query: unknown;
  body: unknown;
  request: Request;
  response: Response;
  requestId: string;
  visit: Visit;
}
export interface RawAnswer {
  status?: number;
  body?: unknown;
}
