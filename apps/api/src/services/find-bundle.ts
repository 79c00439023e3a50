import { AppError, bundleName, isEnded, type ExperimentDetail } from '@eyegazer/core';

export interface BundleFile {
  /** Path within the bundle. */
  name: string;
  sha256: string;
  byteLength: number;
}

/** Written last, it names every other file: an experiment without it has no whole bundle. */
const checksums = 'SHA256SUMS';

/**
 * The files of an experiment's bundle in the order of their names, and what the zip is called.
 * @throws AppError CONFLICT while it may still come, NOT_FOUND when it never will
 */
export function findBundle(experiment: Pick<ExperimentDetail, 'name' | 'state' | 'artifacts'>): { fileName: string; files: BundleFile[] } {
  const { name, state, artifacts } = experiment;
  if (!artifacts.some((artifact) => artifact.name === checksums)) {
    if (!isEnded(state)) throw new AppError('CONFLICT', `The experiment is ${state}; its bundle is there once it has ended.`);
    throw new AppError('NOT_FOUND', `The experiment ${state === 'failed' ? 'has failed' : `is ${state}`} and left no bundle. Retry it to make one.`);
  }
  const files = [...artifacts].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { fileName: `${bundleName(name)}.zip`, files };
}
