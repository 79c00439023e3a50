import { AppError, operations, type UploadWire } from '@eyegazer/core';
import { Upload, type DetailedError, type UploadOptions as TusOptions } from 'tus-js-client';
import type { Caller, CallOptions } from '../http/create-caller.js';
import { rebuildError } from '../http/rebuild-error.js';
import type { HttpOptions } from '../http/send-request.js';

/** A file of a browser, or in Node what `createReadStream(path)` gives: parts of it are read where it is, any number of times. */
export type UploadSource = Blob | { readonly path: string | Uint8Array; read(): unknown };

/** Where it is noted which upload belongs to which file, so that another try goes on with it. */
export type UploadMemory = NonNullable<TusOptions['urlStorage']>;

export interface UploadFileOptions extends CallOptions {
  fileName: string;
  /** Told once the upload has an id: what has been sent can then be thrown away by it. */
  onBegin?: (id: string) => void;
  /** What the server has of how much. */
  onProgress?: (sentBytes: number, totalBytes: number) => void;
  /** The browser's own storage unless told; in Node nothing is noted unless told. */
  memory?: UploadMemory;
  /** Between tries in a row that brought nothing; then it gives up. */
  pausesMs?: readonly number[];
}

export interface UploadMethods {
  /**
   * Sends a file, and answers the id that a dataset is imported by. It goes on after a lost connection by itself; called again for the
   * same file after it was given up, it goes on where it stopped.
   * @throws AppError what the server refuses with, UNAVAILABLE when it stays out of reach
   * @throws the signal's own reason when the caller aborts; the server keeps what it has for a day
   */
  uploadFile(file: UploadSource, options: UploadFileOptions): Promise<string>;
  getUpload(id: string, options?: CallOptions): Promise<UploadWire>;
  deleteUpload(id: string, options?: CallOptions): Promise<void>;
}

const defaultPausesMs = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];

export function createUploadMethods({ call }: Caller, http: Pick<HttpOptions, 'baseUrl' | 'token'>): UploadMethods {
  return {
    uploadFile: (file, options) => sendFile(file, http, options),
    getUpload: (id, options) => call(operations.getUpload, { ...options, params: { id } }),
    deleteUpload: (id, options) => call(operations.deleteUpload, { ...options, params: { id } }),
  };
}

async function sendFile(file: UploadSource, { baseUrl, token }: Pick<HttpOptions, 'baseUrl' | 'token'>, options: UploadFileOptions): Promise<string> {
  const { fileName, onBegin, onProgress, memory, signal, pausesMs = defaultPausesMs } = options;
  signal?.throwIfAborted();
  const ends: { well: () => void; badly: (error: unknown) => void } = { well: () => undefined, badly: () => undefined };
  const ended = new Promise<void>((resolve, reject) => Object.assign(ends, { well: resolve, badly: reject }));
  // Whoever aborts may do so before anybody waits for it.
  ended.catch(() => undefined);
  const upload = new Upload(file, {
    endpoint: `${baseUrl}${operations.createUpload.path}`,
    metadata: { filename: fileName },
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    retryDelays: [...pausesMs],
    // Kept also when all is sent: should the import not begin, nothing has to be sent again.
    removeFingerprintOnSuccess: false,
    ...(memory === undefined ? {} : { urlStorage: memory }),
    // The library forgets an abort that comes before it has opened the file.
    onBeforeRequest: () => signal?.throwIfAborted(),
    onShouldRetry: ({ originalResponse }) => signal?.aborted !== true && isWorthAnotherTry(originalResponse?.getStatus() ?? 0),
    onUploadUrlAvailable: () => onBegin?.(idOf(upload)),
    onSuccess: () => ends.well(),
    onError: (error) => ends.badly(describeUploadError(error as DetailedError)),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const abort = (): void => {
    void upload.abort();
    ends.badly(signal?.reason);
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const previous = (await upload.findPreviousUploads()).sort((a, b) => Date.parse(b.creationTime) - Date.parse(a.creationTime))[0];
    signal?.throwIfAborted();
    if (previous) upload.resumeFromPreviousUpload(previous);
    upload.start();
    await ended;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  return idOf(upload);
}

function idOf({ url }: Upload): string {
  return url?.split('/').at(-1) ?? '';
}

/** What a server says about the request itself it will say again; an offset that does not fit is asked for anew. */
function isWorthAnotherTry(status: number): boolean {
  return status < 400 || status >= 500 || status === 409 || status === 429;
}

function describeUploadError({ originalRequest, originalResponse, message }: DetailedError): AppError {
  if (!originalResponse) return new AppError('UNAVAILABLE', originalRequest ? 'The server could not be reached, or broke off, again and again. Send the file again: it goes on where it stopped.' : `The file could not be sent: ${message}`);
  const retryAfter = originalResponse.getHeader('Retry-After') ?? null;
  return rebuildError({ status: originalResponse.getStatus(), body: parseJson(originalResponse.getBody()), retryAfter, what: `${originalRequest.getMethod()} of an upload` });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
