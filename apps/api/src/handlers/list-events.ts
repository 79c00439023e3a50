import type { Handler } from '../http/route.js';
import { param } from '../http/param.js';

/** Part of the log, and the last sequence number there was when it was read: a client knows whether to ask on. */
export const listEvents: Handler<{ after: number; limit: number }> = async (api, call) => {
  const experimentId = param(call, 'id');
  const lastSeq = await api.platform.events.lastSeq(experimentId);
  const items = await api.platform.events.read({ experimentId, ...call.query });
  return { body: { items, lastSeq: Math.max(lastSeq, items.at(-1)?.seq ?? 0) } };
};
