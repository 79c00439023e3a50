import { errorCodes, type ErrorCode } from './error-codes.js';

export interface AppErrorOptions {
  /** Where in the input the problem lies, e.g. `adapter.r`. */
  path?: string;
  /** JSON-serialisable facts for a program that reads the error. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** The one error type that crosses walls: a code from the table, a message a person can act on. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message?: string, options: AppErrorOptions = {}) {
    super(message ?? errorCodes[code].message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.path = options.path;
    this.details = options.details;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}
