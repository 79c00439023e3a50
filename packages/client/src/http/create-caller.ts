/** Carries out operations of the contract: their paths, queries and bodies out, their answers in, each parsed by its schema. */
import { AppError, isBinary, parseWith, type AnswerBodyOf, type BodyInputOf, type Operation, type PathParams, type QueryKeyOf, type RequestHeader } from '@eyegazer/core';
import { formatPath } from './format-path.js';
import { formatQuery, type QueryValue } from './format-query.js';
import { rebuildError } from './rebuild-error.js';
import { sendRequest, type HttpOptions, type HttpRequest } from './send-request.js';

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** Bytes that are sent. */
export type ByteBody = ReadableStream<Uint8Array> | Blob;

/** What an operation takes, and how long it may take: Infinity is as long as it will. */
export type InputOf<O extends Operation> = CallOptions & { timeoutMs?: number; headers?: { readonly [Name in RequestHeader]?: string | undefined } } & (keyof PathParams<O['path']> extends never
    ? { params?: undefined }
    : { params: PathParams<O['path']> }) & { query?: { readonly [Key in QueryKeyOf<O>]?: QueryValue } } & (O extends { readonly body: unknown } ? { body: BodyInputOf<O, ByteBody> } : { body?: undefined });

export interface Caller {
  /** @throws AppError what the server answered, or UNAVAILABLE */
  call<O extends Operation>(operation: O, input: InputOf<O>): Promise<AnswerBodyOf<O>>;
  /** An answer of bytes, whose body is still to be read: the time limit is for its beginning. @throws AppError as `call` */
  open<O extends Operation>(operation: O, input: InputOf<O>): Promise<Response>;
  /** Address for a link. */
  urlOf<O extends Operation>(operation: O, params: PathParams<O['path']>): string;
}

export function createCaller(http: HttpOptions, defaultTimeoutMs: number): Caller {
  return {
    async call(operation, input) {
      const request = createRequest(operation, input, defaultTimeoutMs);
      return sendRequest(http, request, async (response) => (await readAnswer(operation, response, describe(request))) as AnswerBodyOf<typeof operation>);
    },
    async open(operation, input) {
      const request = createRequest(operation, input, defaultTimeoutMs);
      return sendRequest(http, request, async (response) => {
        if (response.ok) return response;
        throw rebuildError({ ...(await readReply(response)), what: describe(request) });
      });
    },
    urlOf: (operation, params) => `${http.baseUrl}${formatPath(operation.path, params)}`,
  };
}

/** The input of any operation, whose type `InputOf` has already held against the contract. */
interface AnyInput extends CallOptions {
  params?: Readonly<Record<string, string>> | undefined;
  query?: Readonly<Record<string, QueryValue>> | undefined;
  headers?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  timeoutMs?: number;
}

function createRequest(operation: Operation, { params, query, headers, body, signal, timeoutMs }: AnyInput, defaultTimeoutMs: number): HttpRequest {
  const type = isBinary(operation.body) ? operation.body.mediaTypes[0] : 'application/json';
  const given = { accept: 'application/json, */*', 'content-type': body === undefined ? undefined : type, ...headers };
  return {
    method: operation.method.toUpperCase(),
    target: `${formatPath(operation.path, params)}${formatQuery(query)}`,
    headers: Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    body: body === undefined || isBinary(operation.body) ? (body as ByteBody | undefined) : JSON.stringify(body),
    signal,
    timeoutMs: timeoutMs ?? defaultTimeoutMs,
  };
}

function describe({ method, target }: HttpRequest): string {
  return `${method} ${target.split('?')[0]}`;
}

async function readAnswer(operation: Operation, response: Response, what: string): Promise<unknown> {
  const content = operation.answers[response.status];
  const reply = await readReply(response);
  if (content === undefined || isBinary(content)) {
    if (!response.ok) throw rebuildError({ ...reply, what });
    throw new AppError('INTERNAL', `${what} answered ${response.status}, which this client does not expect. Are client and server of one version?`);
  }
  if (content === null) return undefined;
  // A status that has an answer of its own may come with an error too, from a proxy for one: 503 of GET /api/ready.
  if (!response.ok && !content.safeParse(reply.body).success) throw rebuildError({ ...reply, what });
  if (reply.body === undefined) throw new AppError('INTERNAL', `${what} answered something that is not JSON. Is this address really the Eyegazer API?`);
  return parseWith(content, reply.body, { code: 'INTERNAL', what: "the server's answer" });
}

async function readReply(response: Response): Promise<{ status: number; body: unknown; retryAfter: string | null }> {
  return { status: response.status, body: parseBody(await response.text()), retryAfter: response.headers.get('retry-after') };
}

/** Null for an empty body, undefined for one that is not JSON. */
function parseBody(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
