import type { Handler } from '../http/route.js';
import { param } from '../http/param.js';

export const getDataset: Handler = async (api, call) => ({ body: await api.platform.datasets.get(param(call, 'id')) });
