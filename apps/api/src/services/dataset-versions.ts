import type { Curation, CurationPreview, DatasetVersionWire } from '@eyegazer/core';
import type { MadeVersion } from '@eyegazer/data';
import type { DatasetRepository, ImportedImages } from '@eyegazer/platform';
import type { ImportSources } from '../imports/import-sources.js';
import type { VersionMaker } from '../versions/create-version-maker.js';

export interface DatasetVersions {
  /** What a version would hold. @throws AppError as `create`, but CONFLICT */
  preview(idOrName: string, curation: Curation): Promise<CurationPreview>;
  /**
   * Makes a version of the images of the newest import, or answers the one that has the same content.
   * @throws AppError NOT_FOUND, BAD_DATASET when there are no images or the choices do not fit, CONFLICT when they were imported again meanwhile
   */
  create(idOrName: string, curation: Curation): Promise<{ version: DatasetVersionWire; isNew: boolean }>;
}

export interface DatasetVersionsOptions {
  datasets: Pick<DatasetRepository, 'getImages' | 'addVersion' | 'findContent'>;
  maker: VersionMaker;
  sources: ImportSources;
}

/** Versions by other choices, from what was imported. */
export function createDatasetVersions({ datasets, maker, sources }: DatasetVersionsOptions): DatasetVersions {
  async function make({ imagesId, auditId, request }: ImportedImages, curation: Curation, isStored: boolean): Promise<MadeVersion> {
    const source = curation.split.kind === 'list' && request !== null ? await sources.findAgain(request.source) : null;
    return maker.make({ isStored, imagesId, auditId, curation, source });
  }

  return {
    async preview(idOrName, curation) {
      const images = await datasets.getImages(idOrName);
      const { classNames, ordinal, counts, leftOut, findings, contentId } = await make(images, curation, false);
      return { classNames, ordinal, counts, leftOut, findings, version: await datasets.findContent(images.datasetId, contentId) };
    },
    async create(idOrName, curation) {
      const images = await datasets.getImages(idOrName);
      const { leftOut, ...made } = await make(images, curation, true);
      return datasets.addVersion(images.datasetId, { imagesId: images.imagesId, version: { ...made, leftOut: sumOf(leftOut) } });
    },
  };
}

/** Images that are left out, whatever the reason. */
export function sumOf({ duplicates, conflicts, labels }: MadeVersion['leftOut']): number {
  return duplicates + conflicts + labels;
}
