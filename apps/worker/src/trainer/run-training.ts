/**
 * One attempt from job to bundle:
 * 1. prepare: model, dataset, plan, compiled steps
 * 2. train; evaluate on the held-out images as often as the config says; keep the best
 * 3. bundle the best, load it back, compare its answers, hand it over
 * A value that is not finite ends a run (N1); what was best before is handed over all the same.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore, Precision } from '@eyegazer/core';
import { createCompiledGraphs, createEvalSession, createTrainSession, type SessionOptions } from '@eyegazer/engine';
import type { BundleFacts } from '../bundle/bundle-facts.js';
import { createBundle } from '../bundle/create-bundle.js';
import { verifyBundle } from '../bundle/verify-bundle.js';
import { describeDevice } from '../devices/describe-device.js';
import type { AgentChannel } from '../ipc/agent-channel.js';
import type { TrainerJob, TrainerOutcome } from '../ipc/trainer-messages.js';
import { bundlesFolder, imagesFolder } from './cache-folders.js';
import { describePreparation } from './describe-preparation.js';
import { createEvaluator } from './evaluator.js';
import type { EvaluationSchedule } from './evaluation-schedule.js';
import { handOverBundle } from './hand-over-bundle.js';
import { prepareImages } from './prepare-images.js';
import { prepareRun } from './prepare-run.js';
import { createRunReporter } from './run-reporter.js';
import { trainRun } from './train-run.js';

/** How far a bundle's outputs may be off. In float16 the same sums in another order differ by more. */
const tolerances: Readonly<Record<Precision, number>> = { fp32: 1e-5, fp16: 1e-2, int8: 1e-5, int4: 1e-5 };

export interface TrainingContext {
  job: TrainerJob;
  store: ArtifactStore;
  channel: Pick<AgentChannel, 'emit' | 'sendRunning' | 'breathe' | 'signal'>;
}

/** Runs a job to its end. @throws AppError what the run fails with; CANCELLED after an abort */
export async function runTraining({ job, store, channel }: TrainingContext): Promise<TrainerOutcome> {
  const { config } = job;
  const { signal } = channel;
  const say = (message: string): void => channel.emit({ type: 'log', data: { level: 'info', message } });
  channel.emit({ type: 'progress', data: { phase: 'preparing', update: 0, updates: 0, epoch: 0, imagesPerSecond: null, secondsLeft: null } });
  const { memoryFreeBytes: freeBytes } = await describeDevice(job.device);
  const run = await prepareRun({ job, store, freeBytes });
  const { model, version, task, head, adaptation, plan } = run;
  channel.emit({ type: 'plan', data: plan });
  describePreparation(run, { job, freeBytes }).forEach(say);
  signal.throwIfAborted();
  await prepareImages({ run, job, say, signal });

  const sessionOptions: SessionOptions = { model, head, adaptation, microBatch: plan.microBatch, engine: 'traced', threads: job.threads, device: job.device, precision: plan.precision, recompute: plan.recompute };
  const compilingFrom = performance.now();
  const training = await createTrainSession(sessionOptions);
  const compiled = createCompiledGraphs({ mostIdle: 1 });
  const evaluating = await createEvalSession({ ...sessionOptions, compiled });
  say(`Training step and evaluation compiled in ${((performance.now() - compilingFrom) / 1000).toFixed(1)} s.`);
  const evaluator = createEvaluator({ version, model, task, steps: config.images, microBatch: plan.microBatch, cacheFolder: imagesFolder(job.home), signal });
  const schedule: EvaluationSchedule = { every: config.evaluation.every, updatesPerEpoch: plan.updatesPerEpoch, updates: plan.updates };
  const reporter = createRunReporter({ schedule, trainSamples: plan.trainSamples, evalSamples: plan.evalSamples, emit: channel.emit });
  channel.sendRunning();
  const { history, stopReason, best } = await trainRun({ run, job, channel, sessions: { training, evaluating }, evaluator, schedule, reporter });
  await training.dispose();
  await evaluating.dispose();

  reporter.enter('bundling', history.evaluations.at(-1)?.update ?? 0);
  const facts: BundleFacts = {
    name: job.experimentName,
    config,
    task,
    dataset: { name: job.dataset.name, version: job.dataset.version, classNames: version.header.classNames },
    baseModel: { name: job.model.name, source: job.model.source, ...model },
    precision: plan.precision,
    heldOut: version.eval,
    best,
    history: history.evaluations,
    findings: history.findings,
    stopReason,
  };
  const folder = await createBundleFolder(job.home);
  try {
    const names = await createBundle(facts, folder);
    const tolerance = tolerances[plan.precision];
    await verifyBundle({
      folder,
      method: config.adapter.method,
      tolerance,
      computeLogits: async ({ model: own, adaptation: readAdaptation, trainable }) => {
        const session = await createEvalSession({ ...sessionOptions, compiled, model: own ?? model, adaptation: readAdaptation });
        const reader = own ? createEvaluator({ version, model: own, task, steps: config.images, microBatch: plan.microBatch, cacheFolder: imagesFolder(job.home), signal }) : evaluator;
        const logits = await reader.computeLogits(session, trainable);
        await session.dispose();
        return logits;
      },
    });
    say(`Bundle of the state after update ${best.evaluation.update} loaded back: its outputs for all ${plan.evalSamples} held-out images equal the trained model's to ${tolerance.toExponential()}.`);
    await handOverBundle({ folder, names, store, signal, announce: (artifact) => channel.emit({ type: 'artifact', data: artifact }) });
  } finally {
    await compiled.dispose();
    await rm(folder, { recursive: true, force: true });
  }
  return stopReason === null ? { kind: 'succeeded' } : { kind: 'stopped', reason: stopReason };
}

async function createBundleFolder(home: string): Promise<string> {
  const folder = bundlesFolder(home);
  await mkdir(folder, { recursive: true });
  return mkdtemp(join(folder, 'bundle-'));
}
