/** Path of a thumbnail; `version` null: of the newest import. */
export function samplePath(datasetId: string, sampleId: string, version: number | null): string {
  return `/api/datasets/${datasetId}/samples/${encodeURIComponent(sampleId)}/image${version === null ? '' : `?version=${version}`}`;
}
