import type { Handler } from '../http/route.js';

export const restoreExperiment: Handler<'restoreExperiment'> = async (api, call) => ({ body: await api.platform.experiments.restore(call.params.id) });
