import type { Handler } from '../http/route.js';

export const retryExperiment: Handler<'retryExperiment'> = async (api, call) => ({ body: await api.platform.experiments.retry(call.params.id) });
