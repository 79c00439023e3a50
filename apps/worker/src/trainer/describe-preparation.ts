import type { RecomputeMode } from '@eyegazer/core';
import type { TrainerJob } from '../ipc/trainer-messages.js';
import type { PreparedRun } from './prepare-run.js';

const savings: Readonly<Record<RecomputeMode, string>> = {
  none: '',
  selective: ', norms, GELU and attention computed again in the backward pass',
  full: ', whole layers computed again in the backward pass',
};

/** What a run's log begins with: what was loaded, and how its batches are cut and why. */
export function describePreparation({ model, plan }: PreparedRun, { job, freeBytes }: { job: Pick<TrainerJob, 'config' | 'model' | 'dataset' | 'threads'>; freeBytes: number }): string[] {
  const { imageSize, numHiddenLayers } = model.config;
  const chosen = job.config.training.microBatch === 'auto' ? 'chosen for this device' : 'as configured';
  return [
    `Base model ${job.model.name}: ${(model.parameterCount / 1e6).toFixed(2)} M parameters in ${numHiddenLayers} layers, images of ${imageSize} x ${imageSize}; ${plan.trainableParameters} parameters train.`,
    `Dataset ${job.dataset.name}@${job.dataset.version}: ${plan.trainSamples} images to train on, ${plan.evalSamples} held out.`,
    `${plan.updates} updates of ${plan.effectiveBatch} images, ${plan.microBatch} at a time (${chosen})${savings[plan.recompute]}: about ${gib(plan.estimatedBytes)} GiB of the ${gib(freeBytes)} GiB that are free, on ${job.threads} CPU ${job.threads === 1 ? 'thread' : 'threads'}.`,
  ];
}

function gib(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
