import { AppError } from '@eyegazer/core';
import type { RequestHandler, Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { keyOf } from './failure-counter.js';
import type { Limits } from './limits.js';
import { visitOf } from './visit.js';

export interface RateLimiters {
  /** Every request. */
  general: RequestHandler;
  /** Those that start long work or make secrets. */
  heavy: RequestHandler;
}

const windowMs = 60_000;

/** Counts in memory: each process of several lets through as many. */
export function createRateLimiters(limits: Limits): RateLimiters {
  return { general: createLimiter(limits.requestsPerMinute, 'requests'), heavy: createLimiter(limits.heavyRequestsPerMinute, 'requests of this kind') };
}

function createLimiter(limit: number, what: string): RequestHandler {
  return rateLimit({
    windowMs,
    limit,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    keyGenerator: (_request, response) => keyOfVisit(response),
    // The library has set Retry-After by then.
    handler: (_request, response, next) => {
      const seconds = String(response.getHeader('retry-after') ?? windowMs / 1000);
      next(new AppError('TOO_MANY_REQUESTS', `Expected at most ${limit} ${what} a minute. Try again in ${seconds} s.`, { details: { retryAfterSeconds: Number(seconds) } }));
    },
  });
}

function keyOfVisit(response: Response): string {
  const { caller, address } = visitOf(response);
  return caller && caller.credential ? caller.key : `address ${keyOf(address)}`;
}
