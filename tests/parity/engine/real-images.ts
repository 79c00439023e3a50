import { readFileSync } from 'node:fs';
import type { LoraTargetModule } from '@eyegazer/core';
import { pixelsFromRgb, type BaseModel } from '@eyegazer/formats';
import type { HeadSpec, LoraAdaptation } from '@eyegazer/model';
import sharp from 'sharp';
import { sharedPath } from '../../shared-path.js';

/** Ten AdamW steps of PyTorch and PEFT, as `fixtures/trajectory-*` of the reference data record them. */
export interface Trajectory {
  task: 'multiclass' | 'binary' | 'regression';
  lora: { r: number; lora_alpha: number; target_modules: LoraTargetModule[]; use_rslora?: boolean };
  optimizer: { betas: [number, number]; eps: number; weightDecay: number; clipNorm: number };
  log: { ids: string[]; labels: number[]; lr: number; loss: number; gradNorm: number; logits: number[][] }[];
  finalIds: string[];
  finalLogits: number[][];
}

export const trajectoryNames = ['trajectory-multiclass', 'trajectory-all-linear-binary', 'trajectory-regression'] as const;

export const trajectoryHeads: Readonly<Record<Trajectory['task'], HeadSpec>> = {
  multiclass: { kind: 'multiclass', numOutputs: 5, loss: 'crossEntropy' },
  binary: { kind: 'binary', numOutputs: 2, loss: 'crossEntropy' },
  regression: { kind: 'regression', numOutputs: 1, loss: 'mse' },
};

export function readTrajectory(folder: string): Trajectory {
  return JSON.parse(readFileSync(`${folder}/trajectory.json`, 'utf8')) as Trajectory;
}

export function trajectoryLora({ lora }: Trajectory): LoraAdaptation {
  return { method: 'lora', r: lora.r, loraAlpha: lora.lora_alpha, loraDropout: 0, targetModules: lora.target_modules, useRslora: lora.use_rslora ?? false, layersToTransform: null };
}

/** Pixels of images of the APTOS sample, as the model takes them. Shape: [n, 3, S, S]. */
export async function readPixels(ids: readonly string[], model: BaseModel): Promise<Float32Array> {
  const { imageSize } = model.config;
  const perSample = 3 * imageSize ** 2;
  const pixels = new Float32Array(ids.length * perSample);
  for (const [i, id] of ids.entries()) {
    const { data, info } = await sharp(sharedPath(`data/aptos-sample/train_images/${id}.png`)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    pixelsFromRgb({ width: info.width, height: info.height, data }, model.preprocessor, pixels, i * perSample);
  }
  return pixels;
}
