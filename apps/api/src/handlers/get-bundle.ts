import type { Handler } from '../http/route.js';
import { findBundle } from '../services/find-bundle.js';
import { requireStored } from '../services/require-stored.js';
import { sendZip } from '../http/send-zip.js';

/** The whole bundle as one zip, streamed. */
export const getBundle: Handler<'getBundle'> = async (api, call) => {
  const experiment = await api.platform.experiments.get(call.params.id);
  const bundle = findBundle(experiment);
  await requireStored(api.store, bundle.files);
  await sendZip(api.store, { ...bundle, at: new Date(experiment.endedAt ?? experiment.createdAt) }, call.response);
  return undefined;
};
