import type { SeriesQuery } from '@eyegazer/core';
import type { Handler } from '../http/route.js';
import { param } from '../http/param.js';

export const getMetrics: Handler<SeriesQuery> = async (api, call) => {
  const { names, ...range } = call.query;
  return { body: await api.platform.events.readSeries({ experimentId: param(call, 'id'), names: names ?? null, ...range }) };
};
