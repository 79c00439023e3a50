import { splitNames, type DatasetSampleWire } from '@eyegazer/core';
import type { Handler } from '../http/route.js';
import { pageOfList } from '../http/page-of-list.js';
import { samplePath } from '../http/sample-path.js';

/** Samples of a version in the manifest's order: training, evaluation, then those without label. */
export const listSamples: Handler<'listSamples'> = async (api, call) => {
  const { split, label, version: wanted } = call.query;
  const { datasetId, number, version } = await api.openDatasets.version(call.params.id, wanted);
  const chosen = split ? version[split] : splitNames.flatMap((name) => version[name]);
  const samples = label === undefined ? chosen : chosen.filter((sample) => sample.label === label);
  const page = pageOfList(samples, call.query);
  const items = page.items.map((sample): DatasetSampleWire => {
    const { id, width, height } = sample;
    return { id, label: sample.label, split: sample.split, width, height, image: samplePath(datasetId, id, number) };
  });
  return { body: { items, nextCursor: page.nextCursor } };
};
