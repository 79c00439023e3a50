import { AppError } from '@eyegazer/core';
import type { Handler } from '../http/route.js';

/** Stores an experiment, or with `?dryRun=true` only says what it would be. */
export const submitExperiment: Handler<'submitExperiment'> = async (api, { body, query, request }) => {
  if (query.dryRun === 'true') return { status: 200, body: await api.submit.dryRun(body) };
  return { status: 201, body: await api.submit.submit(body, parseIdempotencyKey(request.headers['idempotency-key'])) };
};

function parseIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,200}$/.test(header)) return header;
  throw new AppError('BAD_REQUEST', 'Idempotency-Key: expected 1 to 200 visible characters.', { path: 'Idempotency-Key' });
}
