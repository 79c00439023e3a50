/** Names and shapes of what a training step takes and gives, the same for a traced graph and an eager run. */
import type { Precision, RecomputeMode } from '@eyegazer/core';
import { classifierTensorNames, headFeatures, loraTensorShapes, vitTensorShapes, type ViTConfig } from '@eyegazer/formats';
import { dropoutOf, type Adaptation } from '../adaptation/adaptation.js';
import { listAdaptedModules } from '../lora/adapted-modules.js';
import type { HeadSpec } from './head-spec.js';

/** What fixes a step's shapes and meaning. */
export interface StepSpec {
  config: ViTConfig;
  adaptation: Adaptation;
  head: HeadSpec;
  /** Samples per run. */
  batch: number;
  /** 'fp32' when left out. */
  precision?: Precision;
  /** What the backward pass computes again; 'none' when left out. */
  recompute?: RecomputeMode;
}

export const stepNames = { pixels: 'pixels', targets: 'targets', weights: 'weights', dropoutRows: 'dropoutRows', loss: 'loss', logits: 'logits' } as const;

/**
 * Names and shapes of the trainable tensors, each an input and, as a gradient, an output. Names are those of an adapter
 * file; trained whole, the base model's tensors keep the names of `BaseModel.tensors`.
 */
export function trainableShapes({ config, adaptation, head }: Omit<StepSpec, 'batch'>): Map<string, number[]> {
  const { method } = adaptation;
  switch (method) {
    case 'lora':
      return loraTensorShapes(config, adaptation, head.numOutputs);
    case 'head':
      return headShapes(config, head);
    case 'full':
      return new Map([...headShapes(config, head), ...vitTensorShapes(config)]);
    default:
      return method satisfies never;
  }
}

function headShapes(config: ViTConfig, { numOutputs }: HeadSpec): Map<string, number[]> {
  return new Map([[classifierTensorNames.bias, [numOutputs]], [classifierTensorNames.weight, [numOutputs, headFeatures(config)]]]);
}

/** Name of the gradient of a trainable tensor. */
export function gradientName(name: string): string {
  return `gradient:${name}`;
}

/** Name of the table of dropout mask rows of one width. */
export function dropoutPoolName(width: number): string {
  return `dropoutPool:${width}`;
}

/** The widths of the inputs that LoRA dropout masks, ascending. */
export function dropoutWidths({ config, adaptation }: Pick<StepSpec, 'config' | 'adaptation'>): number[] {
  if (dropoutOf(adaptation) === 0) return [];
  return [...new Set(listAdaptedModules(config, adaptation).map((module) => module.inFeatures))].sort((a, b) => a - b);
}
