import type { Handler } from '../http/route.js';

/** Every metric in Prometheus's text format. */
export const getMetrics: Handler<'getMetrics'> = async (api, { response }) => {
  const text = await api.metrics.text();
  response.set({ 'Content-Type': api.metrics.registry.contentType, 'Cache-Control': 'no-store' }).end(text);
  return undefined;
};
