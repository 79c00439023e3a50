import type { ArtifactStore, Logger } from '@eyegazer/core';
import type { Platform } from '@eyegazer/platform';
import type { Access } from './doors/access.js';
import type { DatasetImports } from './imports/dataset-imports.js';
import type { ModelDownloads } from './imports/model-downloads.js';
import type { Demo } from './demo/create-demo.js';
import type { ModelImports } from './services/model-imports.js';
import type { Metrics } from './metrics/create-metrics.js';
import type { DatasetVersions } from './services/dataset-versions.js';
import type { OpenDatasets } from './services/open-datasets.js';
import type { Readiness } from './services/readiness.js';
import type { Uploads } from './uploads/create-uploads.js';
import type { SubmitService } from './services/submit-service.js';

/** Everything the handlers call. */
export interface Api {
  platform: Platform;
  store: ArtifactStore;
  log: Logger;
  access: Access;
  imports: DatasetImports;
  models: ModelImports;
  downloads: ModelDownloads;
  openDatasets: OpenDatasets;
  versions: DatasetVersions;
  submit: SubmitService;
  uploads: Uploads;
  demo: Demo;
  metrics: Metrics;
  readiness: Readiness;
  /** It was told to end: what has begun is finished, nothing more is begun. */
  isStopping: () => boolean;
}
