import type { Handler } from '../http/route.js';

/**
 * Part of the log, and the last sequence number there was when it was read: a client knows whether to ask on. Every event
 * up to `lastSeq` that was asked for is in the answer, unless `limit` cut it.
 */
export const listEvents: Handler<'listEvents'> = async (api, call) => {
  const experimentId = call.params.id;
  const lastSeq = await api.platform.events.lastSeq(experimentId);
  const items = await api.platform.events.read({ experimentId, ...call.query });
  return { body: { items, lastSeq: Math.max(lastSeq, items.at(-1)?.seq ?? 0) } };
};
