import type { Handler } from '../http/route.js';

export const getExperiment: Handler<'getExperiment'> = async (api, call) => ({ body: await api.platform.experiments.get(call.params.id) });
