/** Names and shapes of what a training step takes and gives, the same for a traced graph and an eager run. */
import type { ViTConfig } from '@eyegazer/formats';
import { findLoraModules } from '../lora/find-lora-modules.js';
import type { LoraSpec } from '../lora/lora-spec.js';
import type { HeadSpec } from './head-spec.js';

/** What fixes a step's shapes and meaning. */
export interface StepSpec {
  config: ViTConfig;
  lora: LoraSpec;
  head: HeadSpec;
  /** Samples per run. */
  batch: number;
}

export const stepNames = { pixels: 'pixels', targets: 'targets', weights: 'weights', dropoutRows: 'dropoutRows', loss: 'loss', logits: 'logits' } as const;

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
  return [...new Set(findLoraModules(config, lora).map((module) => module.inFeatures))].sort((a, b) => a - b);
}
