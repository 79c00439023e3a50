import type { Handler } from '../http/route.js';

export const listExperiments: Handler<'listExperiments'> = async (api, { query }) => {
  const { state, deleted, ...filters } = query;
  return { body: await api.platform.experiments.list({ ...filters, states: state, deleted: deleted === 'true' }) };
};
