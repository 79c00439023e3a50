import type { Handler } from '../http/route.js';

export const getSeries: Handler<'getSeries'> = async (api, call) => {
  const { names, ...range } = call.query;
  return { body: await api.platform.events.readSeries({ experimentId: call.params.id, names: names ?? null, ...range }) };
};
