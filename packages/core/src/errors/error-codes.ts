/**
 * The one table of error codes: what HTTP says, whether trying the same thing again can help, and the
 * sentence shown when the thrower gave none.
 */
export const errorCodes = {
  BAD_REQUEST: { http: 400, retryable: false, message: 'The request is malformed.' },
  BAD_CONFIG: { http: 400, retryable: false, message: 'The experiment config is not valid.' },
  UNAUTHORIZED: {
    http: 401,
    retryable: false,
    message: 'This server asks for an access token. An admin makes one in the settings or with POST /api/tokens; send it as `Authorization: Bearer <token>`.',
  },
  FORBIDDEN: { http: 403, retryable: false, message: 'This request is not allowed.' },
  NOT_FOUND: { http: 404, retryable: false, message: 'No such thing.' },
  METHOD_NOT_ALLOWED: { http: 405, retryable: false, message: 'This path does not answer that method.' },
  ILLEGAL_TRANSITION: { http: 409, retryable: false, message: 'The current state does not allow this.' },
  CONFLICT: { http: 409, retryable: false, message: 'This exists already or has changed meanwhile.' },
  TOO_LARGE: { http: 413, retryable: false, message: 'This is larger than allowed.' },
  BAD_FILE: { http: 422, retryable: false, message: 'A file could not be read as what it claims to be.' },
  BAD_DATASET: { http: 422, retryable: false, message: 'The dataset cannot be used.' },
  BAD_MODEL: { http: 422, retryable: false, message: 'The base model cannot be used.' },
  UNSUPPORTED: { http: 422, retryable: false, message: 'This is not supported.' },
  FENCED: { http: 409, retryable: false, message: 'A newer attempt has taken over.' },
  CANCELLED: { http: 409, retryable: false, message: 'Cancelled.' },
  NON_FINITE: { http: 500, retryable: false, message: 'Training produced a value that is not finite.' },
  OUT_OF_MEMORY: { http: 500, retryable: true, message: 'The device ran out of memory.' },
  TRAINER_DIED: { http: 500, retryable: true, message: 'The training process ended unexpectedly.' },
  WORKER_LOST: { http: 500, retryable: true, message: 'The worker fell silent.' },
  CORRUPT_ARTIFACT: { http: 500, retryable: false, message: 'A stored artifact does not match its checksum.' },
  TOO_MANY_REQUESTS: { http: 429, retryable: true, message: 'Too many requests; try again in a while.' },
  UNAVAILABLE: { http: 503, retryable: true, message: 'A service this needs is not available.' },
  INTERNAL: { http: 500, retryable: false, message: 'Something went wrong here, not in your request.' },
} as const satisfies Record<string, { http: number; retryable: boolean; message: string }>;

export type ErrorCode = keyof typeof errorCodes;
