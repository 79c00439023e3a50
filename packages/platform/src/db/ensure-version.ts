import type { Curation, DatasetVersionWire, ImportReport, SplitConfig, VersionFindings } from '@eyegazer/core';
import { toJson } from './json.js';
import { newId } from './new-id.js';
import { presentVersion, type VersionReport } from './present-dataset.js';
import type { Scope } from './unit-of-work.js';

/** A version to be; the manifest with this sha256 is in the artifact store already. */
export interface NewVersion {
  /** sha256 of the manifest. */
  contentId: string;
  classNames: string[];
  ordinal: boolean;
  split: SplitConfig;
  curation: Curation;
  /** `counts[split][classId]` */
  counts: ImportReport['counts'];
  leftOut: number;
  findings: VersionFindings;
}

/** The version of a dataset, whose row is locked, that has this content: a new one, unless one is there. */
export async function ensureVersion({ tx }: Scope, datasetId: string, { version: made, report }: { version: NewVersion; report: ImportReport }): Promise<{ version: DatasetVersionWire; isNew: boolean }> {
  const { contentId, classNames, ordinal, split, curation, counts, leftOut, findings } = made;
  const same = await tx.datasetVersion.findUnique({ where: { datasetId_contentId: { datasetId, contentId } } });
  if (same) return { version: presentVersion(same), isNew: false };
  const newest = await tx.datasetVersion.findFirst({ where: { datasetId }, orderBy: { version: 'desc' }, select: { version: true } });
  const versionReport: VersionReport = { ...report, counts, findings };
  const row = await tx.datasetVersion.create({
    data: {
      id: newId(),
      datasetId,
      version: (newest?.version ?? 0) + 1,
      contentId,
      classNames,
      ordinal,
      split: toJson(split),
      curation: toJson(curation),
      leftOut,
      report: toJson(versionReport),
    },
  });
  return { version: presentVersion(row), isNew: true };
}
