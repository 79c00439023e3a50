import type { Handler } from '../http/route.js';
import { param } from '../http/param.js';

export const cancelExperiment: Handler = async (api, call) => ({ body: await api.platform.experiments.cancel(param(call, 'id')) });
