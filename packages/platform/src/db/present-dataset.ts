import { curationSchema, type Curation, type DatasetAudit, type DatasetVersionWire, type DatasetWire, type ErrorRecord, type ImportProgress, type ImportReport, type Probe, type SplitConfig, type VersionFindings } from '@eyegazer/core';
import type { Dataset, DatasetVersion, Prisma } from './generated/client.js';
import { fromJson, fromJsonOrNull, toIso } from './json.js';
import { readStoredRequest } from './stored-values.js';

/** A dataset version as an experiment refers to it. */
export interface DatasetVersionRef {
  datasetId: string;
  versionId: string;
  name: string;
  version: number;
  /** sha256 of the manifest. */
  contentId: string;
  classNames: string[];
  ordinal: boolean;
  /** `counts[split][classId]` */
  counts: DatasetVersionWire['counts'];
}

/** A dataset version with what is known against it. */
export interface ExaminedVersion extends DatasetVersionRef {
  findings: VersionFindings | null;
  /** Of the dataset's newest import. */
  probe: Probe | null;
}

/** What a version's `report` holds: the import's, with what this version counts. Older ones have no findings. */
export interface VersionReport extends ImportReport {
  findings?: VersionFindings;
}

export const newestVersion = { versions: { orderBy: { version: 'desc' }, take: 1 } } as const satisfies Prisma.DatasetInclude;
/** As `newestVersion` includes it. */
export type DatasetRow = Dataset & { versions: DatasetVersion[] };

export function presentDataset(row: DatasetRow): DatasetWire {
  const latest = row.versions[0];
  return {
    id: row.id,
    name: row.name,
    state: row.state as DatasetWire['state'],
    request: readStoredRequest(row.request),
    progress: fromJsonOrNull<ImportProgress>(row.progress),
    report: fromJsonOrNull<ImportReport>(row.report),
    audit: fromJsonOrNull<DatasetAudit>(row.audit),
    error: fromJsonOrNull<ErrorRecord>(row.error),
    latest: latest ? presentVersion(latest) : null,
    createdAt: toIso(row.createdAt),
  };
}

export function presentVersion(row: DatasetVersion): DatasetVersionWire {
  const split = fromJson<SplitConfig>(row.split);
  const { counts, findings = null } = fromJson<VersionReport>(row.report);
  return {
    version: row.version,
    contentId: row.contentId,
    classNames: row.classNames,
    ordinal: row.ordinal,
    counts,
    split,
    curation: fromJsonOrNull<Curation>(row.curation) ?? curationSchema.parse({ split }),
    leftOut: row.leftOut,
    findings,
    createdAt: toIso(row.createdAt),
  };
}

/** A version with its dataset's name, as experiments refer to it. */
export function presentVersionRef(dataset: Pick<Dataset, 'id' | 'name'>, version: DatasetVersion): DatasetVersionRef {
  const { contentId, classNames, ordinal, counts } = presentVersion(version);
  return { datasetId: dataset.id, versionId: version.id, name: dataset.name, version: version.version, contentId, classNames, ordinal, counts };
}

/** The same with what is known against it. */
export function presentExamined(dataset: Dataset, version: DatasetVersion): ExaminedVersion {
  return { ...presentVersionRef(dataset, version), findings: presentVersion(version).findings, probe: fromJsonOrNull<DatasetAudit>(dataset.audit)?.probe ?? null };
}
