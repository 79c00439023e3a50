/** What experiments are made from: datasets and base models. */
import { operations, type BodyInputOf, type DatasetSampleWire, type DatasetWire, type DemoAnswer, type ModelWire, type Operations, type Page, type SplitName } from '@eyegazer/core';
import type { Caller, CallOptions } from '../http/create-caller.js';
import type { PageOptions } from './page-options.js';

export interface InputMethods {
  listDatasets(options?: PageOptions): Promise<Page<DatasetWire>>;
  getDataset(id: string, options?: CallOptions): Promise<DatasetWire>;
  createDataset(body: BodyInputOf<Operations['createDataset'], never>, options?: CallOptions): Promise<DatasetWire>;
  deleteDataset(id: string, options?: CallOptions): Promise<void>;
  listSamples(id: string, options?: PageOptions & { split?: SplitName | undefined; label?: number | undefined }): Promise<Page<DatasetSampleWire>>;
  /** A thumbnail; `size` is its longer edge in pixels. */
  openSampleImage(id: string, sampleId: string, options?: CallOptions & { size?: number }): Promise<Response>;
  listModels(options?: PageOptions): Promise<Page<ModelWire>>;
  getModel(id: string, options?: CallOptions): Promise<ModelWire>;
  /** Waits while the server copies a folder; what comes from afar is answered while it is `importing`. */
  createModel(body: BodyInputOf<Operations['createModel'], never>, options?: CallOptions): Promise<ModelWire>;
  deleteModel(id: string, options?: CallOptions): Promise<void>;
  startDemo(options?: CallOptions): Promise<DemoAnswer>;
}

export function createInputMethods({ call, open }: Caller, { patientMs }: { patientMs: number }): InputMethods {
  return {
    listDatasets: ({ signal, ...query } = {}) => call(operations.listDatasets, { query, signal }),
    getDataset: (id, options) => call(operations.getDataset, { ...options, params: { id } }),
    createDataset: (body, options) => call(operations.createDataset, { ...options, body }),
    deleteDataset: (id, options) => call(operations.deleteDataset, { ...options, params: { id } }),
    listSamples: (id, { signal, ...query } = {}) => call(operations.listSamples, { params: { id }, query, signal }),
    openSampleImage: (id, sampleId, { signal, ...query } = {}) => open(operations.getSampleImage, { params: { id, sampleId }, query, signal }),
    listModels: ({ signal, ...query } = {}) => call(operations.listModels, { query, signal }),
    getModel: (id, options) => call(operations.getModel, { ...options, params: { id } }),
    createModel: (body, options) => call(operations.createModel, { ...options, body, timeoutMs: patientMs }),
    deleteModel: (id, options) => call(operations.deleteModel, { ...options, params: { id } }),
    startDemo: (options) => call(operations.startDemo, { ...options }),
  };
}
