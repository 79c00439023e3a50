import type { ArtifactStore, ManifestSample } from '@eyegazer/core';
import { loadDatasetVersion, type DatasetVersion } from '@eyegazer/data';
import type { DatasetRepository } from '@eyegazer/platform';

export interface OpenDataset {
  datasetId: string;
  version: DatasetVersion;
  /** By id. */
  samples: ReadonlyMap<string, ManifestSample>;
}

export interface OpenDatasets {
  /** The newest version of a dataset, opened. @throws AppError NOT_FOUND, BAD_DATASET, CORRUPT_ARTIFACT */
  newest(idOrName: string): Promise<OpenDataset>;
}

const keptOpen = 4;

/** Opens dataset versions and keeps the last few manifests in memory: a page of thumbnails asks for one dozens of times. */
export function createOpenDatasets(options: { datasets: DatasetRepository; store: ArtifactStore }): OpenDatasets {
  const kept = new Map<string, Promise<Omit<OpenDataset, 'datasetId'>>>();

  async function open(contentId: string): Promise<Omit<OpenDataset, 'datasetId'>> {
    const version = await loadDatasetVersion({ contentId, store: options.store });
    const all = [...version.train, ...version.eval, ...version.predict];
    return { version, samples: new Map(all.map((sample) => [sample.id, sample])) };
  }

  return {
    async newest(idOrName) {
      const { datasetId, contentId } = await options.datasets.resolveVersion(idOrName);
      const opened = kept.get(contentId) ?? open(contentId);
      kept.delete(contentId);
      kept.set(contentId, opened);
      opened.catch(() => kept.delete(contentId));
      const oldest = kept.keys().next().value;
      if (kept.size > keptOpen && oldest !== undefined) kept.delete(oldest);
      return { datasetId, ...(await opened) };
    },
  };
}
