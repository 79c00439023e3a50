/** Names and shapes of what a training step takes and gives, the same for a traced graph and an eager run. */
import { loraTensorShapes, type LoraConfig, type ViTConfig } from '@eyegazer/formats';
import { listAdaptedModules } from '../lora/adapted-modules.js';
import type { HeadSpec } from './head-spec.js';

/** What fixes a step's shapes and meaning. */
export interface StepSpec {
  config: ViTConfig;
  lora: LoraConfig;
  head: HeadSpec;
  /** Samples per run. */
  batch: number;
}

export const stepNames = { pixels: 'pixels', targets: 'targets', weights: 'weights', dropoutRows: 'dropoutRows', loss: 'loss', logits: 'logits' } as const;

/** Names and shapes of the trainable tensors, each an input and, as a gradient, an output. */
export function trainableShapes({ config, lora, head }: Omit<StepSpec, 'batch'>): Map<string, number[]> {
  return loraTensorShapes(config, lora, head.numOutputs);
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
export function dropoutWidths({ config, lora }: Pick<StepSpec, 'config' | 'lora'>): number[] {
  if (lora.loraDropout === 0) return [];
  return [...new Set(listAdaptedModules(config, lora).map((module) => module.inFeatures))].sort((a, b) => a - b);
}
