import type { DuplicateGroup, DuplicateGroupWire } from '@eyegazer/core';
import type { Handler } from '../http/route.js';
import { pageOfList } from '../http/page-of-list.js';
import { samplePath } from '../http/sample-path.js';
import type { OpenImages } from '../services/open-datasets.js';

/** A group of thousands is one picture many times. */
const mostShown = 50;

/** Groups of the newest import; those with conflicting labels first. */
export const listDuplicates: Handler<'listDuplicates'> = async (api, { params, query }) => {
  const opened = await api.openDatasets.images(params.id);
  const groups = opened.groups.filter(({ kind, conflicting }) => (query.kind ?? kind) === kind && (query.conflicting ?? String(conflicting)) === String(conflicting));
  const page = pageOfList(groups, query);
  return { body: { items: page.items.map((group) => present(opened, group)), nextCursor: page.nextCursor } };
};

function present({ datasetId, header, images }: OpenImages, { ids, ...group }: DuplicateGroup): DuplicateGroupWire {
  const shown = ids.slice(0, mostShown).flatMap((id) => {
    const image = images.get(id);
    return image ? [{ id, label: image.label === null ? null : (header.labels[image.label] ?? null), width: image.width, height: image.height, image: samplePath(datasetId, id, null) }] : [];
  });
  return { ...group, imageCount: ids.length, images: shown };
}
