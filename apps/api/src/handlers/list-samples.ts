import { splitNames, type DatasetSampleWire, type ManifestSample } from '@eyegazer/core';
import type { Handler } from '../http/route.js';
import { pageOfList } from '../http/page-of-list.js';

/** Samples of the newest version in the manifest's order: training, evaluation, then those without label. */
export const listSamples: Handler<'listSamples'> = async (api, call) => {
  const { split, label } = call.query;
  const dataset = await api.openDatasets.newest(call.params.id);
  const chosen = (split ? [split] : splitNames).flatMap((name) => dataset.version[name]);
  const samples = label === undefined ? chosen : chosen.filter((sample) => sample.label === label);
  const page = pageOfList(samples, call.query);
  return { body: { items: page.items.map((sample) => present(dataset.datasetId, sample)), nextCursor: page.nextCursor } };
};

function present(datasetId: string, sample: ManifestSample): DatasetSampleWire {
  const { id, label, split, width, height } = sample;
  return { id, label, split, width, height, image: `/api/datasets/${datasetId}/samples/${encodeURIComponent(id)}/image` };
}
