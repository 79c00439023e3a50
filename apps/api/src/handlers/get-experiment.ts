import type { Handler } from '../http/route.js';
import { param } from '../http/param.js';

export const getExperiment: Handler = async (api, call) => ({ body: await api.platform.experiments.get(param(call, 'id')) });
