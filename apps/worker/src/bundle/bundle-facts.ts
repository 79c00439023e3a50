import type { EventData, ExperimentConfig, ManifestSample, Precision, ResolvedTask } from '@eyegazer/core';
import type { BaseModel } from '@eyegazer/formats';
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
  baseModel: BaseModelFacts;
  /** Numbers of the base model's weights while it trained and was evaluated. */
  precision: Precision;
  heldOut: readonly ManifestSample[];
  /** The one that is handed over. */
  best: EvaluatedTensors;
  /** Every evaluation, oldest first. */
  history: readonly EventData<'evaluation'>[];
  findings: readonly EventData<'finding'>[];
  /** Why the run was ended before its last update, or null. */
  stopReason: string | null;
}

/** The base model as it was trained: at the run's image size. */
export interface BaseModelFacts extends Pick<BaseModel, 'config' | 'pretrainedImageSize' | 'preprocessor' | 'readTensor'> {
  name: string;
  source: string;
}
