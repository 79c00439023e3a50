import type { DeviceId, Precision, RecomputeMode } from '@eyegazer/core';
import type { BaseModel } from '@eyegazer/formats';
import type { Adaptation, HeadSpec } from '@eyegazer/model';
import type { CompiledGraphs } from './compiled-graphs.js';
import type { EagerBackend } from './eager-backend.js';
import type { LossScale } from './loss-scaled-session.js';

/** How the model's functions are run: traced to one ONNX graph, or eagerly on a tfjs backend. */
export type EngineKind = 'traced' | 'eager';

export interface SessionOptions {
  model: BaseModel;
  head: HeadSpec;
  adaptation: Adaptation;
  /** The most samples one call takes. */
  microBatch: number;
  engine: EngineKind;
  /** CPU threads of one step; all cores when left out. Only the traced engine can choose. */
  threads?: number;
  /** 'cpu' when left out. Only the traced engine can choose. */
  device?: DeviceId;
  /** 'fp32' when left out; the other ones are for the traced engine, and 'fp16' for GPUs. */
  precision?: Precision;
  /** What the backward pass computes again to save memory; 'none' when left out. The others are for the traced engine. */
  recompute?: RecomputeMode;
  /** Where a run in fp16 goes on from; afresh when left out. */
  lossScale?: Readonly<LossScale>;
  /** Where the traced engine finds graphs that were compiled before; each session compiles its own when left out. */
  compiled?: CompiledGraphs;
  /** tfjs backend of the eager engine; the fastest that is installed when left out. */
  eagerBackend?: EagerBackend;
}

/** Trainable values by name; names and shapes are those of `trainableShapes`. */
export type TrainableData = ReadonlyMap<string, Float32Array>;

export interface StepInput {
  /** Shape: [n, 3, S, S], normalised; n is the length of `targets`, at most the session's `microBatch`. */
  pixels: Float32Array;
  /** Shape: [n]: class ids or grades. */
  targets: ArrayLike<number>;
  /** Shape: [n]: what each sample's loss counts, 1 / window size for a mean over the window. */
  sampleWeights: ArrayLike<number>;
  /** Keys of the dropout masks; null runs without dropout whatever the spec says. */
  dropout: DropoutKeys | null;
  trainable: TrainableData;
}

export interface DropoutKeys {
  seed: number;
  /** Zero-based optimizer update. */
  update: number;
  /** Shape: [n]: what names each sample within its update. */
  sampleIds: ArrayLike<number>;
}

export interface StepOutput {
  /** The weighted sum of the samples' losses. */
  loss: number;
  /** Shape: [n, numOutputs] */
  logits: Float32Array;
  /** The gradient of `loss` by trainable name. */
  grads: Map<string, Float32Array>;
  /** Times that the step was computed again because float16 overflowed; only fp16 tells. */
  overflows?: number;
}

/** Computes loss and gradients of a micro-batch. It holds weights and buffers until `dispose`. */
export interface TrainSession {
  readonly microBatch: number;
  /** As it stands after the last step, for a checkpoint; only fp16 has one. */
  readonly lossScale?: Readonly<LossScale>;
  /** @throws AppError INTERNAL when an input has another shape than the session was made for */
  step: (input: StepInput) => Promise<StepOutput>;
  dispose: () => Promise<void>;
}

export interface EvalInput {
  /** Shape: [n, 3, S, S], normalised; any n. */
  pixels: Float32Array;
  n: number;
  trainable: TrainableData;
}

/** Computes logits without dropout. */
export interface EvalSession {
  readonly microBatch: number;
  /** Shape: -> [n, numOutputs] */
  logits: (input: EvalInput) => Promise<Float32Array>;
  dispose: () => Promise<void>;
}
