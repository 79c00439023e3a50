import type { PageQuery } from '@eyegazer/core';
import type { Handler } from '../http/route.js';

export const listModels: Handler<PageQuery> = async (api, { query }) => ({ body: await api.platform.models.list(query) });
