import type { PageQuery } from '@eyegazer/core';
import type { Handler } from '../http/route.js';

export const listDatasets: Handler<PageQuery> = async (api, { query }) => ({ body: await api.platform.datasets.list(query) });
