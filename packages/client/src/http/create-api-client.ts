/**
 * The typed HTTP client: one method per route, every answer parsed with core's schemas, every refusal an AppError.
 * It knows nothing of Node or of React.
 */
import {
  datasetSampleWireSchema,
  datasetWireSchema,
  demoAnswerSchema,
  eventsAnswerSchema,
  experimentDetailSchema,
  experimentSummarySchema,
  modelWireSchema,
  pageSchema,
  parseWith,
  seriesAnswerSchema,
  submitAnswerSchema,
  workersAnswerSchema,
  type CreateDataset,
  type CreateModel,
  type DatasetSampleWire,
  type DatasetWire,
  type DemoAnswer,
  type EventType,
  type EventsAnswer,
  type ExperimentDetail,
  type ExperimentQuery,
  type ExperimentState,
  type ExperimentSummary,
  type ModelWire,
  type Page,
  type ParseOptions,
  type SeriesAnswer,
  type SplitName,
  type SubmitAnswer,
  type TaskConfig,
  type WorkerWire,
} from '@eyegazer/core';
import { requestJson, type HttpOptions } from './request-json.js';

export interface CallOptions {
  signal?: AbortSignal | undefined;
}
export interface PageOptions extends CallOptions {
  limit?: number | undefined;
  cursor?: string | undefined;
}
export interface ExperimentFilter {
  state?: ExperimentState | undefined;
  dataset?: string | undefined;
  model?: string | undefined;
  task?: TaskConfig['kind'] | undefined;
  tag?: string | undefined;
  text?: string | undefined;
  /** Newest first unless told; a metric of the best evaluation, best first. */
  sort?: ExperimentQuery['sort'] | undefined;
}

export interface ApiClient {
  listDatasets(options?: PageOptions): Promise<Page<DatasetWire>>;
  getDataset(id: string, options?: CallOptions): Promise<DatasetWire>;
  createDataset(body: CreateDataset, options?: CallOptions): Promise<DatasetWire>;
  deleteDataset(id: string, options?: CallOptions): Promise<void>;
  listSamples(id: string, options?: PageOptions & { split?: SplitName | undefined; label?: number | undefined }): Promise<Page<DatasetSampleWire>>;
  listModels(options?: PageOptions): Promise<Page<ModelWire>>;
  createModel(body: CreateModel, options?: CallOptions): Promise<ModelWire>;
  deleteModel(id: string, options?: CallOptions): Promise<void>;
  startDemo(options?: CallOptions): Promise<DemoAnswer>;
  /** Checks, lints and plans a config without storing anything. */
  planExperiment(config: unknown, options?: CallOptions): Promise<SubmitAnswer>;
  submitExperiment(config: unknown, options?: CallOptions): Promise<SubmitAnswer>;
  listExperiments(filter?: ExperimentFilter, options?: PageOptions): Promise<Page<ExperimentSummary>>;
  getExperiment(id: string, options?: CallOptions): Promise<ExperimentDetail>;
  cancelExperiment(id: string, options?: CallOptions): Promise<void>;
  retryExperiment(id: string, options?: CallOptions): Promise<void>;
  getSeries(id: string, options?: CallOptions & { names?: readonly string[]; maxPoints?: number }): Promise<SeriesAnswer>;
  /** Events with a sequence number above `after`, oldest first; with `types` only those. */
  listEvents(id: string, options: CallOptions & { after: number; limit?: number; types?: readonly EventType[] }): Promise<EventsAnswer>;
  listWorkers(options?: CallOptions): Promise<WorkerWire[]>;
  /** Addresses for links: the browser downloads them itself. */
  bundleUrl(id: string): string;
  artifactUrl(id: string, name: string): string;
}

export interface ApiClientOptions {
  /** Origin of the API, e.g. `http://127.0.0.1:4400`; empty for the page's own. */
  baseUrl?: string;
  fetch?: typeof globalThis.fetch;
  /** A request that takes longer fails as UNAVAILABLE; one that may copy a model's weights has twenty times as long. */
  timeoutMs?: number;
}

/** Creates the client. Every method throws an AppError: what the server said, or UNAVAILABLE when it cannot be reached. */
export function createApiClient(options: ApiClientOptions = {}): ApiClient {
  const http: HttpOptions = {
    baseUrl: options.baseUrl ?? '',
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs: options.timeoutMs ?? 30_000,
  };
  const patient: HttpOptions = { ...http, timeoutMs: 20 * http.timeoutMs };
  const get = (path: string, { signal, ...query }: GetOptions = {}): Promise<unknown> =>
    requestJson(http, { method: 'GET', path, query: query as Query, signal });
  const send = (method: 'POST' | 'DELETE', path: string, { body, signal }: CallOptions & { body?: unknown } = {}): Promise<unknown> =>
    requestJson(http, { method, path, body, signal });
  const submit = async (config: unknown, query: Query, { signal }: CallOptions): Promise<SubmitAnswer> =>
    parseWith(submitAnswerSchema, await requestJson(patient, { method: 'POST', path: '/api/experiments', body: config, query, signal }), answer);
  const dataset = (id: string): string => `/api/datasets/${encodeURIComponent(id)}`;
  const experiment = (id: string): string => `/api/experiments/${encodeURIComponent(id)}`;

  return {
    listDatasets: async (page) => parseWith(datasetPage, await get('/api/datasets', { ...page }), answer),
    getDataset: async (id, options) => parseWith(datasetWireSchema, await get(dataset(id), { ...options }), answer),
    createDataset: async (body, options) => parseWith(datasetWireSchema, await send('POST', '/api/datasets', { ...options, body }), answer),
    deleteDataset: async (id, options) => void (await send('DELETE', dataset(id), options)),
    listSamples: async (id, query) => parseWith(samplePage, await get(`${dataset(id)}/samples`, { ...query }), answer),
    listModels: async (page) => parseWith(modelPage, await get('/api/models', { ...page }), answer),
    createModel: async (body, options) => parseWith(modelWireSchema, await requestJson(patient, { method: 'POST', path: '/api/models', body, signal: options?.signal }), answer),
    deleteModel: async (id, options) => void (await send('DELETE', `/api/models/${encodeURIComponent(id)}`, options)),
    startDemo: async (options) => parseWith(demoAnswerSchema, await send('POST', '/api/demo', options), answer),
    planExperiment: (config, options = {}) => submit(config, { dryRun: 'true' }, options),
    submitExperiment: (config, options = {}) => submit(config, {}, options),
    listExperiments: async (filter, page) => parseWith(experimentPage, await get('/api/experiments', { ...filter, ...page }), answer),
    getExperiment: async (id, options) => parseWith(experimentDetailSchema, await get(experiment(id), { ...options }), answer),
    cancelExperiment: async (id, options) => void (await send('POST', `${experiment(id)}/cancel`, options)),
    retryExperiment: async (id, options) => void (await send('POST', `${experiment(id)}/retry`, options)),
    getSeries: async (id, { names, ...options } = {}) =>
      parseWith(seriesAnswerSchema, await get(`${experiment(id)}/metrics`, { ...options, names: names?.join(',') }), answer),
    listEvents: async (id, { types, ...options }) =>
      parseWith(eventsAnswerSchema, await get(`${experiment(id)}/events`, { ...options, types: types?.join(',') }), answer),
    listWorkers: async (options) => parseWith(workersAnswerSchema, await get('/api/workers', { ...options }), answer).items,
    bundleUrl: (id) => `${http.baseUrl}${experiment(id)}/bundle.zip`,
    artifactUrl: (id, name) => `${http.baseUrl}${experiment(id)}/artifacts/${name.split('/').map(encodeURIComponent).join('/')}`,
  };
}

type Query = Record<string, string | number | undefined>;
/** A signal, and everything else for the query. */
interface GetOptions {
  [name: string]: string | number | AbortSignal | undefined;
  signal?: AbortSignal | undefined;
}
const answer: ParseOptions = { code: 'INTERNAL', what: "the server's answer" };
const datasetPage = pageSchema(datasetWireSchema);
const samplePage = pageSchema(datasetSampleWireSchema);
const modelPage = pageSchema(modelWireSchema);
const experimentPage = pageSchema(experimentSummarySchema);
