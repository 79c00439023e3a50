import type { Handler } from '../http/route.js';

export const deleteExperiment: Handler<'deleteExperiment'> = async (api, call) => {
  await api.platform.experiments.delete(call.params.id);
  return { status: 204 };
};
