import { version_core as tfjsVersion } from '@tensorflow/tfjs-core';
import { env } from 'onnxruntime-node';
import { eagerBackends, isEagerBackendInstalled, type EagerBackend } from '../session/eager-backend.js';

export interface EngineDescription {
  onnxruntime: string;
  tfjs: string;
  /** Those that are installed, the one that is taken first in front. */
  eagerBackends: EagerBackend[];
}

/** What this process computes with. */
export function describeEngine(): EngineDescription {
  return { onnxruntime: env.versions.node ?? env.versions.common, tfjs: tfjsVersion, eagerBackends: eagerBackends.filter(isEagerBackendInstalled) };
}
