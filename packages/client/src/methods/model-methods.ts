/** What experiments are made from beside datasets: base models. */
import { operations, type BodyInputOf, type DemoAnswer, type ModelWire, type Operations, type Page } from '@eyegazer/core';
import type { Caller, CallOptions } from '../http/create-caller.js';
import type { PageOptions } from './page-options.js';

export interface ModelMethods {
  listModels(options?: PageOptions): Promise<Page<ModelWire>>;
  getModel(id: string, options?: CallOptions): Promise<ModelWire>;
  /** Waits while the server copies a folder; what comes from afar is answered while it is `importing`. */
  createModel(body: BodyInputOf<Operations['createModel'], never>, options?: CallOptions): Promise<ModelWire>;
  deleteModel(id: string, options?: CallOptions): Promise<void>;
  startDemo(options?: CallOptions): Promise<DemoAnswer>;
}

export function createModelMethods({ call }: Caller, { patientMs }: { patientMs: number }): ModelMethods {
  return {
    listModels: ({ signal, ...query } = {}) => call(operations.listModels, { query, signal }),
    getModel: (id, options) => call(operations.getModel, { ...options, params: { id } }),
    createModel: (body, options) => call(operations.createModel, { ...options, body, timeoutMs: patientMs }),
    deleteModel: (id, options) => call(operations.deleteModel, { ...options, params: { id } }),
    startDemo: (options) => call(operations.startDemo, { ...options }),
  };
}
