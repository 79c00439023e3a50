/** What the hub answers, and what keeps it from answering, in words that a person can act on. They hold no token and no signed URL. */
import { AppError } from '@eyegazer/core';
import type { HubSettings } from '../settings/hub-settings.js';

export interface HubRepo {
  settings: HubSettings;
  /** `org/name` */
  id: string;
  revision: string;
}

/** For an answer that is no success. Source of the codes: huggingface_hub `utils/_http.py`. */
export function describeHubAnswer({ status, headers }: Pick<Response, 'status' | 'headers'>, { settings: { endpoint, token }, id, revision }: HubRepo): AppError {
  const code = headers.get('x-error-code');
  const page = `${endpoint}/${id}`;
  if (status === 404 && code === 'RevisionNotFound') return new AppError('NOT_FOUND', `${page} has no revision ${revision}. Give a branch, a tag or a whole commit that is there.`);
  if (status === 404 && code === 'EntryNotFound') return new AppError('NOT_FOUND', `${page} has lost a file that its list names. Import it again.`);
  if (code === 'GatedRepo' || status === 403) {
    const remedy = token === null ? 'set HF_TOKEN to a token of an account that may read it' : 'let the account of HF_TOKEN in, or set HF_TOKEN to a token that may read it';
    return new AppError('FORBIDDEN', `${page} may not be read (HTTP ${status}): it is private, or asks for its conditions to be accepted. Accept them on that page, and ${remedy}.`);
  }
  if (status === 401 || status === 404) {
    if (status === 401 && token !== null && code !== 'RepoNotFound') return new AppError('FORBIDDEN', `${endpoint} refuses HF_TOKEN: it is wrong or has expired. Set a new one, or unset it.`);
    const hint = token === null ? 'If it is private, set HF_TOKEN to a token that may read it' : 'If it is private, HF_TOKEN must be a token that may read it';
    return new AppError('NOT_FOUND', `There is no repository ${id} at ${endpoint}. Check its spelling. ${hint}.`);
  }
  if (status === 429) {
    const seconds = parseRetryAfter(headers.get('retry-after'));
    const when = seconds === null ? 'Try later' : `Try again in ${seconds} s`;
    return new AppError('TOO_MANY_REQUESTS', `${endpoint} takes no more requests from here for now (HTTP 429). ${when}${token === null ? '; with HF_TOKEN it allows more' : ''}.`, seconds === null ? {} : { details: { retryAfterMs: 1000 * seconds } });
  }
  if (status >= 500) return new AppError('UNAVAILABLE', `${endpoint} answers with an error of its own (HTTP ${status}). Try later, or set HF_ENDPOINT to a mirror.`);
  return new AppError('BAD_REQUEST', `${endpoint} refused a request for ${id} (HTTP ${status}).`);
}

/** For a request that got no answer, or a part of one. */
export function describeHubFailure(error: unknown, { settings: { endpoint } }: HubRepo): AppError {
  if (error instanceof AppError) return error;
  const { code, host } = findReason(error);
  const place = host === undefined || endpoint.includes(host) ? '' : `, at ${host}`;
  return new AppError('UNAVAILABLE', `Cannot reach ${endpoint} (${code}${place}). Check the network, set HF_ENDPOINT to a mirror, or import a folder.`);
}

/** Node puts the reason into a cause of a cause. */
function findReason(error: unknown): { code: string; host?: string } {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code, hostname } = at as NodeJS.ErrnoException & { hostname?: string };
    if (typeof code === 'string') return { code, ...(hostname === undefined ? {} : { host: hostname }) };
  }
  return { code: error instanceof Error ? error.name : 'no answer' };
}

/** Seconds, or an HTTP date. */
function parseRetryAfter(text: string | null): number | null {
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
