import type { ExperimentQuery } from '@eyegazer/core';
import type { Handler } from '../http/route.js';

export const listExperiments: Handler<ExperimentQuery> = async (api, { query }) => {
  const { state, ...filters } = query;
  return { body: await api.platform.experiments.list({ ...filters, states: state }) };
};
