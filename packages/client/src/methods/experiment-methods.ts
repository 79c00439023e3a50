import {
  operations,
  type EventData,
  type EventsAnswer,
  type EventType,
  type ExperimentDetail,
  type ExperimentQuery,
  type ExperimentState,
  type ExperimentSummary,
  type Page,
  type SeriesAnswer,
  type SubmitAnswer,
  type TaskConfig,
} from '@eyegazer/core';
import type { Caller, CallOptions, InputOf } from '../http/create-caller.js';
import type { PageOptions } from './page-options.js';

export interface ExperimentFilter {
  state?: ExperimentState | undefined;
  dataset?: string | undefined;
  model?: string | undefined;
  task?: TaskConfig['kind'] | undefined;
  tag?: string | undefined;
  text?: string | undefined;
  /** Newest first unless told; a metric of the best evaluation, best first. */
  sort?: ExperimentQuery['sort'] | undefined;
  /** True: those in the bin. */
  deleted?: boolean | undefined;
}

export interface ExperimentMethods {
  /** Checks, lints and plans a config without storing anything. */
  planExperiment(config: unknown, options?: CallOptions): Promise<SubmitAnswer>;
  /** Sent twice with one `idempotencyKey`, a config is submitted once. */
  submitExperiment(config: unknown, options?: CallOptions & { idempotencyKey?: string }): Promise<SubmitAnswer>;
  listExperiments(filter?: ExperimentFilter, options?: PageOptions): Promise<Page<ExperimentSummary>>;
  getExperiment(id: string, options?: CallOptions): Promise<ExperimentDetail>;
  cancelExperiment(id: string, options?: CallOptions): Promise<ExperimentDetail>;
  retryExperiment(id: string, options?: CallOptions): Promise<ExperimentDetail>;
  /** Into the bin. */
  deleteExperiment(id: string, options?: CallOptions): Promise<void>;
  /** Out of the bin. */
  restoreExperiment(id: string, options?: CallOptions): Promise<ExperimentDetail>;
  getSeries(id: string, options?: CallOptions & { names?: readonly string[]; from?: number; to?: number; maxPoints?: number }): Promise<SeriesAnswer>;
  /** Events with a sequence number above `after`, oldest first; with `types` only those. */
  listEvents(id: string, options: CallOptions & { after: number; limit?: number; types?: readonly EventType[] }): Promise<EventsAnswer>;
  listArtifacts(id: string, options?: CallOptions): Promise<EventData<'artifact'>[]>;
  /** The bytes of an artifact; of a `range` those from `start` to `end`, both included, or to the end of the file. */
  openArtifact(id: string, name: string, options?: CallOptions & { range?: { start: number; end?: number } }): Promise<Response>;
  /** The bundle as one zip. */
  openBundle(id: string, options?: CallOptions): Promise<Response>;
  /** Addresses for links: the browser downloads them itself. */
  bundleUrl(id: string): string;
  artifactUrl(id: string, name: string): string;
}

/** A config that names a folder makes the server copy a model's weights. */
type SubmitInput = InputOf<typeof operations.submitExperiment>;

export function createExperimentMethods({ call, open, urlOf }: Caller, { patientMs }: { patientMs: number }): ExperimentMethods {
  // The server judges the config: its error says more than a type could.
  const submit = (config: unknown, input: Partial<SubmitInput>): Promise<SubmitAnswer> => call(operations.submitExperiment, { ...input, body: config as SubmitInput['body'], timeoutMs: patientMs });
  return {
    planExperiment: (config, options) => submit(config, { ...options, query: { dryRun: true } }),
    submitExperiment: (config, { idempotencyKey, signal } = {}) => submit(config, { signal, headers: { 'Idempotency-Key': idempotencyKey } }),
    listExperiments: (filter, { signal, ...page } = {}) => call(operations.listExperiments, { query: { ...filter, ...page }, signal }),
    getExperiment: (id, options) => call(operations.getExperiment, { ...options, params: { id } }),
    cancelExperiment: (id, options) => call(operations.cancelExperiment, { ...options, params: { id } }),
    retryExperiment: (id, options) => call(operations.retryExperiment, { ...options, params: { id } }),
    deleteExperiment: (id, options) => call(operations.deleteExperiment, { ...options, params: { id } }),
    restoreExperiment: (id, options) => call(operations.restoreExperiment, { ...options, params: { id } }),
    getSeries: (id, { signal, ...query } = {}) => call(operations.getSeries, { params: { id }, query, signal }),
    listEvents: (id, { signal, ...query }) => call(operations.listEvents, { params: { id }, query, signal }),
    listArtifacts: async (id, options) => (await call(operations.listArtifacts, { ...options, params: { id } })).items,
    openArtifact: (id, name, { range, signal } = {}) =>
      open(operations.getArtifact, { params: { id, name }, headers: { Range: range && `bytes=${range.start}-${range.end ?? ''}` }, signal }),
    openBundle: (id, options) => open(operations.getBundle, { ...options, params: { id } }),
    bundleUrl: (id) => urlOf(operations.getBundle, { id }),
    artifactUrl: (id, name) => urlOf(operations.getArtifact, { id, name }),
  };
}
