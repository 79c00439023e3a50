import type { Handler } from '../http/route.js';

export const cancelExperiment: Handler<'cancelExperiment'> = async (api, call) => ({ body: await api.platform.experiments.cancel(call.params.id) });
