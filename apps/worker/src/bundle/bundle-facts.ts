import type { EventData, ExperimentConfig, ManifestSample, ResolvedTask } from '@eyegazer/core';
import type { PreprocessorConfig, ViTConfig } from '@eyegazer/formats';
import type { TrainableTensors } from '@eyegazer/model';

/** One evaluation with what it was made of: enough to hand it over. */
export interface EvaluatedTensors {
  evaluation: EventData<'evaluation'>;
  /** One row of outputs per held-out image. */
  logits: Float32Array[];
  tensors: TrainableTensors;
}

/** What a bundle is made from. */
export interface BundleFacts {
  name: string;
  config: ExperimentConfig;
  task: ResolvedTask;
  dataset: { name: string; version: number; classNames: readonly string[] };
  baseModel: { name: string; source: string; config: ViTConfig; preprocessor: PreprocessorConfig };
  heldOut: readonly ManifestSample[];
  /** The one that is handed over. */
  best: EvaluatedTensors;
  /** Every evaluation, oldest first. */
  history: readonly EventData<'evaluation'>[];
  findings: readonly EventData<'finding'>[];
  /** Why the run was ended before its last update, or null. */
  stopReason: string | null;
}

/** A file of the bundle, in memory; `name` is its path in the bundle. */
export interface BundleFile {
  name: string;
  bytes: Uint8Array;
}
