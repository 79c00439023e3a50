import { datasetAuditSchema, duplicateGroupSchema, parseWith, type ArtifactStore, type DatasetAudit, type DuplicateGroup } from '@eyegazer/core';
import { damaged, readJsonLines } from '../version/read-json-lines.js';
import { toAsync } from '../version/to-async.js';
import { writeJsonLines } from '../version/write-json-lines.js';

const what = "The dataset's audit";

/** @returns the sha256 of what is stored */
export async function storeAudit({ audit, groups }: { audit: DatasetAudit; groups: readonly DuplicateGroup[] }, store: Pick<ArtifactStore, 'put'>): Promise<string> {
  return (await store.put(toAsync(writeJsonLines([audit, ...groups])))).sha256;
}

/** The groups of an audit. @throws AppError NOT_FOUND, CORRUPT_ARTIFACT */
export async function loadDuplicateGroups({ auditId, store }: { auditId: string; store: Pick<ArtifactStore, 'read'> }): Promise<DuplicateGroup[]> {
  let isFirst = true;
  const groups: DuplicateGroup[] = [];
  for await (const line of readJsonLines(store, auditId, what)) {
    if (isFirst) parseWith(datasetAuditSchema, line, { code: 'CORRUPT_ARTIFACT', what });
    else groups.push(parseWith(duplicateGroupSchema, line, { code: 'CORRUPT_ARTIFACT', what }));
    isFirst = false;
  }
  if (isFirst) throw damaged(what, 'it is empty');
  return groups;
}
