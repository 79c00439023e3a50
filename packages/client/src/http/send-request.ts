import { AppError } from '@eyegazer/core';

export interface HttpOptions {
  /** Origin of the API, `''` for the page's own. */
  baseUrl: string;
  /** Without one, a browser's cookie speaks. */
  token: string | undefined;
  fetch: typeof globalThis.fetch;
}

export interface HttpRequest {
  method: string;
  /** With its query. */
  target: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Blob | ReadableStream<Uint8Array> | undefined;
  signal?: AbortSignal | undefined;
  /** Infinity: as long as it takes. */
  timeoutMs: number;
}

/** RequestInit as Node has it: a stream is sent while the answer is not awaited yet. */
type StreamInit = RequestInit & { duplex?: 'half' };

/**
 * Sends one request and reads its answer; the time is up when `read` has not resolved by then.
 * @throws AppError UNAVAILABLE when the server is out of reach or too slow
 * @throws the signal's own reason when the caller aborts
 */
export async function sendRequest<T>(http: HttpOptions, request: HttpRequest, read: (response: Response) => Promise<T>): Promise<T> {
  const { method, target, headers, body, timeoutMs } = request;
  const deadline = new AbortController();
  const timer = Number.isFinite(timeoutMs) ? setTimeout(() => deadline.abort(), timeoutMs) : undefined;
  const init: StreamInit = {
    method,
    headers: { ...headers, ...(http.token === undefined ? {} : { authorization: `Bearer ${http.token}` }) },
    signal: request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal,
    ...(body === undefined ? {} : { body }),
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  };
  try {
    return await read(await http.fetch(`${http.baseUrl}${target}`, init));
  } catch (error) {
    if (error instanceof AppError || request.signal?.aborted) throw error;
    const reason = deadline.signal.aborted ? `gave no answer within ${timeoutMs / 1000} s` : 'could not be reached';
    throw new AppError('UNAVAILABLE', `The server ${reason} (${method} ${target.split('?')[0]}). Is Eyegazer still running?`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
