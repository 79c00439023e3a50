import {
  operations, type BodyInputOf, type CurationPreview, type DatasetSampleWire, type DatasetVersionWire, type DatasetWire, type DuplicateGroupWire, type ExportLayout, type Operations, type Page,
  type SplitName,
} from '@eyegazer/core';
import type { Caller, CallOptions } from '../http/create-caller.js';
import { formatQuery } from '../http/format-query.js';
import type { PageOptions } from './page-options.js';

export interface DatasetMethods {
  listDatasets(options?: PageOptions): Promise<Page<DatasetWire>>;
  getDataset(id: string, options?: CallOptions): Promise<DatasetWire>;
  createDataset(body: BodyInputOf<Operations['createDataset'], never>, options?: CallOptions): Promise<DatasetWire>;
  cancelImport(id: string, options?: CallOptions): Promise<DatasetWire>;
  deleteDataset(id: string, options?: CallOptions): Promise<void>;
  listVersions(id: string, options?: PageOptions): Promise<Page<DatasetVersionWire>>;
  createVersion(id: string, curation: BodyInputOf<Operations['createVersion'], never>, options?: CallOptions): Promise<DatasetVersionWire>;
  previewVersion(id: string, curation: BodyInputOf<Operations['previewVersion'], never>, options?: CallOptions): Promise<CurationPreview>;
  /** A zip file, while it is written: its body has no known length. */
  exportVersion(id: string, version: number, options?: CallOptions & { layout?: ExportLayout | undefined }): Promise<Response>;
  /** Address for a link to what `exportVersion` opens. */
  exportUrl(id: string, version: number, layout: ExportLayout): string;
  listDuplicates(id: string, options?: PageOptions & { kind?: DuplicateGroupWire['kind'] | undefined; conflicting?: boolean | undefined }): Promise<Page<DuplicateGroupWire>>;
  listSamples(id: string, options?: PageOptions & { split?: SplitName | undefined; label?: number | undefined; version?: number | undefined }): Promise<Page<DatasetSampleWire>>;
  /** A thumbnail; `size` is its longer edge in pixels. */
  openSampleImage(id: string, sampleId: string, options?: CallOptions & { size?: number; version?: number }): Promise<Response>;
  /** Address of what `openSampleImage` opens, for an element that shows it. */
  sampleImageUrl(id: string, sampleId: string, options: { size: number; version?: number | undefined }): string;
}

export function createDatasetMethods({ call, open, urlOf }: Caller, { patientMs }: { patientMs: number }): DatasetMethods {
  return {
    listDatasets: ({ signal, ...query } = {}) => call(operations.listDatasets, { query, signal }),
    getDataset: (id, options) => call(operations.getDataset, { ...options, params: { id } }),
    createDataset: (body, options) => call(operations.createDataset, { ...options, body }),
    cancelImport: (id, options) => call(operations.cancelImport, { ...options, params: { id } }),
    deleteDataset: (id, options) => call(operations.deleteDataset, { ...options, params: { id } }),
    listVersions: (id, { signal, ...query } = {}) => call(operations.listVersions, { params: { id }, query, signal }),
    createVersion: (id, body, options) => call(operations.createVersion, { ...options, params: { id }, body, timeoutMs: patientMs }),
    previewVersion: (id, body, options) => call(operations.previewVersion, { ...options, params: { id }, body }),
    exportVersion: (id, version, { signal, ...query } = {}) => open(operations.exportVersion, { params: { id, version: String(version) }, query, signal }),
    exportUrl: (id, version, layout) => `${urlOf(operations.exportVersion, { id, version: String(version) })}${formatQuery({ layout })}`,
    listDuplicates: (id, { signal, ...query } = {}) => call(operations.listDuplicates, { params: { id }, query, signal }),
    listSamples: (id, { signal, ...query } = {}) => call(operations.listSamples, { params: { id }, query, signal }),
    openSampleImage: (id, sampleId, { signal, ...query } = {}) => open(operations.getSampleImage, { params: { id, sampleId }, query, signal }),
    sampleImageUrl: (id, sampleId, { size, version }) => `${urlOf(operations.getSampleImage, { id, sampleId })}${formatQuery({ size, version })}`,
  };
}
