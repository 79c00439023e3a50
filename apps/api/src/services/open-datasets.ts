import { AppError, type ArtifactStore, type DuplicateGroup, type ImageIndexHeader, type IndexedImage, type ManifestSample } from '@eyegazer/core';
import { loadDatasetVersion, loadDuplicateGroups, loadImageIndex, readShardImage, type DatasetVersion } from '@eyegazer/data';
import type { DatasetRepository } from '@eyegazer/platform';
import { createRecent } from './create-recent.js';

export interface OpenVersion {
  datasetId: string;
  /** Of the dataset. */
  name: string;
  /** 1 is the first. */
  number: number;
  version: DatasetVersion;
  /** By id. */
  samples: ReadonlyMap<string, ManifestSample>;
}

/** All that the newest import read, whether a version has it or not. */
export interface OpenImages {
  datasetId: string;
  header: ImageIndexHeader;
  /** By id. */
  images: ReadonlyMap<string, ShownImage>;
  /** Duplicates; those with conflicting labels first. */
  groups: readonly DuplicateGroup[];
}

/** What of an image is shown: without what only an audit looks at, a million of them take half the memory. */
type ShownImage = Pick<IndexedImage, 'id' | 'label' | 'width' | 'height' | 'sha256' | 'shard' | 'byteOffset' | 'byteLength'>;

export interface FoundImage {
  sha256: string;
  /** The encoded image. @throws AppError CORRUPT_ARTIFACT */
  read(): Promise<Uint8Array>;
}

export interface OpenDatasets {
  /** A version of a dataset, the newest unless told. @throws AppError NOT_FOUND, BAD_DATASET, CORRUPT_ARTIFACT */
  version(idOrName: string, version?: number): Promise<OpenVersion>;
  /** @throws AppError NOT_FOUND, BAD_DATASET when there is no index of images, CORRUPT_ARTIFACT */
  images(idOrName: string): Promise<OpenImages>;
  /** An image of a version, or, unless told which, of the newest import. @throws AppError NOT_FOUND, BAD_DATASET, CORRUPT_ARTIFACT */
  findImage(idOrName: string, sampleId: string, version?: number): Promise<FoundImage>;
}

const keptVersions = 4;
const keptIndexes = 2;
/** Of all versions, of all indexes and of all groups that are kept: each takes a few hundred bytes. */
const mostImages = 1_000_000;

/** Opens datasets and keeps the last few lists of images in memory: a page of thumbnails asks for one dozens of times. */
export function createOpenDatasets({ datasets, store }: { datasets: Pick<DatasetRepository, 'resolveVersion' | 'getImages' | 'get'>; store: ArtifactStore }): OpenDatasets {
  const versions = createRecent({
    async make(contentId: string) {
      const version = await loadDatasetVersion({ contentId, store });
      const all = [...version.train, ...version.eval, ...version.predict];
      return { version, samples: new Map(all.map((sample) => [sample.id, sample])) };
    },
    mostKept: keptVersions,
    mostWeight: mostImages,
    weigh: ({ samples }) => samples.size,
  });
  const indexes = createRecent({
    async make(imagesId: string) {
      const { header, images } = await loadImageIndex({ imagesId, store });
      return { header, images: new Map(images.map((image) => [image.id, shownOf(image)])) };
    },
    mostKept: keptIndexes,
    mostWeight: mostImages,
    weigh: ({ images }) => images.size,
  });
  const audits = createRecent({
    make: async (auditId: string) => (await loadDuplicateGroups({ auditId, store })).sort((a, b) => Number(b.conflicting) - Number(a.conflicting)),
    mostKept: keptIndexes,
    mostWeight: mostImages,
    weigh: (groups) => groups.reduce((sum, { ids }) => sum + ids.length, 0),
  });

  async function openVersion(idOrName: string, number?: number): Promise<OpenVersion> {
    const found = await datasets.resolveVersion(number === undefined ? idOrName : `${idOrName}@${number}`);
    return { datasetId: found.datasetId, name: found.name, number: found.version, ...(await versions.get(found.contentId)) };
  }

  /** Datasets of before images had an index have versions alone. */
  async function findIn(idOrName: string, sampleId: string, number?: number): Promise<{ image: ManifestSample | ShownImage; sha256: string } | null> {
    if (number === undefined && (await datasets.get(idOrName)).audit !== null) {
      const { imagesId } = await datasets.getImages(idOrName);
      const { header, images } = await indexes.get(imagesId);
      const image = images.get(sampleId);
      return image ? { image, sha256: header.shards[image.shard]!.sha256 } : null;
    }
    const { version, samples } = await openVersion(idOrName, number);
    const image = samples.get(sampleId);
    return image ? { image, sha256: version.header.shards[image.shard]!.sha256 } : null;
  }

  return {
    version: openVersion,
    async images(idOrName) {
      const { datasetId, imagesId, auditId } = await datasets.getImages(idOrName);
      return { datasetId, ...(await indexes.get(imagesId)), groups: await audits.get(auditId) };
    },
    async findImage(idOrName, sampleId, number) {
      const found = await findIn(idOrName, sampleId, number);
      if (!found) throw new AppError('NOT_FOUND', `The dataset has no image ${sampleId}.`);
      return { sha256: found.image.sha256, read: () => readShardImage(store, found.sha256, found.image) };
    },
  };
}

function shownOf({ id, label, width, height, sha256, shard, byteOffset, byteLength }: IndexedImage): ShownImage {
  return { id, label, width, height, sha256, shard, byteOffset, byteLength };
}
