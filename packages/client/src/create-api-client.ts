/**
 * The typed HTTP client: one method per operation of the contract, every answer parsed with its schema, every refusal an
 * AppError. It knows nothing of Node or of React.
 */
import { createCaller } from './http/create-caller.js';
import { createDatasetMethods, type DatasetMethods } from './methods/dataset-methods.js';
import { createExperimentMethods, type ExperimentMethods } from './methods/experiment-methods.js';
import { createModelMethods, type ModelMethods } from './methods/model-methods.js';
import { createSystemMethods, type SystemMethods } from './methods/system-methods.js';
import { createUploadMethods, type UploadMethods } from './methods/upload-methods.js';

export interface ApiClient extends DatasetMethods, ExperimentMethods, ModelMethods, SystemMethods, UploadMethods {}

export interface ApiClientOptions {
  /** Origin of the API, e.g. `http://127.0.0.1:4400`; empty for the page's own. */
  baseUrl?: string;
  /** An access token; without one, a browser's session speaks, or nobody. */
  token?: string | undefined;
  fetch?: typeof globalThis.fetch;
  /** A request that takes longer fails as UNAVAILABLE; one that may copy a model's weights has twenty times as long. */
  timeoutMs?: number;
}

/** Creates the client. Every method throws an AppError: what the server said, or UNAVAILABLE when it cannot be reached. */
export function createApiClient(options: ApiClientOptions = {}): ApiClient {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const http = { baseUrl: options.baseUrl ?? '', token: options.token, fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)) };
  const caller = createCaller(http, timeoutMs);
  const patience = { patientMs: 20 * timeoutMs };
  return { ...createDatasetMethods(caller, patience), ...createExperimentMethods(caller, patience), ...createModelMethods(caller, patience), ...createSystemMethods(caller), ...createUploadMethods(caller, http) };
}
