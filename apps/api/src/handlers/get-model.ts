import type { Handler } from '../http/route.js';

export const getModel: Handler<'getModel'> = async (api, { params }) => ({ body: await api.platform.models.describe(params.id) });
