import type { Handler } from '../http/route.js';
import { param } from '../http/param.js';

export const retryExperiment: Handler = async (api, call) => ({ body: await api.platform.experiments.retry(param(call, 'id')) });
