import { AppError } from '@eyegazer/core';
import { rebuildError } from './rebuild-error.js';

export interface HttpOptions {
  /** Origin of the API, `''` for the page's own. */
  baseUrl: string;
  fetch: typeof globalThis.fetch;
  timeoutMs: number;
}

export interface JsonRequest {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/**
 * One JSON request. Gives the parsed body, null for an empty one.
 * @throws AppError what the server answered, or UNAVAILABLE when it is out of reach or too slow
 * @throws the signal's own reason when the caller aborts
 */
export async function requestJson(http: HttpOptions, request: JsonRequest): Promise<unknown> {
  const what = `${request.method} ${request.path}`;
  const timeout = AbortSignal.timeout(http.timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  try {
    const response = await http.fetch(`${http.baseUrl}${request.path}${formatQuery(request.query)}`, {
      method: request.method,
      signal,
      headers: { accept: 'application/json', ...(request.body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    const body = parseBody(await response.text());
    if (!response.ok) throw rebuildError({ status: response.status, body, what });
    if (body === undefined) throw new AppError('INTERNAL', `${what} answered something that is not JSON. Is this address really the Eyegazer API?`);
    return body;
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (request.signal?.aborted) throw error;
    const reason = timeout.aborted ? `gave no answer within ${http.timeoutMs / 1000} s` : 'could not be reached';
    throw new AppError('UNAVAILABLE', `The server ${reason} (${what}). Is Eyegazer still running?`, { cause: error });
  }
}

function formatQuery(query: JsonRequest['query']): string {
  const given = Object.entries(query ?? {}).flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
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
