import { listAll, type ApiClient } from '@eyegazer/client';
import { AppError, type ExperimentSummary } from '@eyegazer/core';

import { cleanText } from '../output/clean-text.js';
import { shortId } from './short-id.js';

/** Letters and digits that an id can begin with. */
const idStart = /^[0-9a-hjkmnp-tv-z]{1,16}$/;
const mostShown = 10;

/**
 * The id of the experiment that a person means: by id, by the beginning of one, or by name.
 * @throws AppError NOT_FOUND; BAD_REQUEST when several fit, with their ids
 */
export async function findExperiment(api: ApiClient, reference: string, { deleted = false } = {}): Promise<string> {
  const mayBeId = idStart.test(reference);
  const found: ExperimentSummary[] = [];
  // The beginning of an id can only be sought among all experiments; a name is sought by the server.
  const filter = { ...(mayBeId ? {} : { text: reference }), ...(deleted ? { deleted: true } : {}) };
  for await (const experiment of listAll((cursor) => api.listExperiments(filter, { limit: 200, cursor }))) {
    if (experiment.id === reference) return experiment.id;
    if (experiment.name === reference || (mayBeId && experiment.id.startsWith(reference))) found.push(experiment);
  }
  const [only] = found;
  const shown = JSON.stringify(cleanText(reference));
  if (!only) throw new AppError('NOT_FOUND', `${deleted ? 'The bin has' : 'There is'} no experiment ${shown}. \`eyegazer ls${deleted ? ' --deleted' : ''}\` shows what there is.`);
  if (found.length === 1) return only.id;
  const list = found.slice(0, mostShown).map(({ id, name, state }) => `  ${shortId(id)}  ${cleanText(name)} (${state})`);
  const more = found.length > mostShown ? [`  and ${found.length - mostShown} more`] : [];
  throw new AppError('BAD_REQUEST', [`${shown} fits ${found.length} experiments. Say which by the beginning of its id:`, ...list, ...more].join('\n'));
}
