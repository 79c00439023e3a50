import { AppError, isDecayed, judgeNonFinite, learningRateAt, resolveAugmentation, resolveClassWeights, targetOf, taskClassNames, trainingPieces, type LoadedPiece } from '@eyegazer/core';
import { createLoader } from '@eyegazer/data';
import { createAdamW, createEma, trainLoop, type EvalSession, type StopVerdict, type TrainSession, type UpdateReport } from '@eyegazer/engine';
import { loadTrainableTensors } from '@eyegazer/model';
import type { EvaluatedTensors } from '../bundle/bundle-facts.js';
import type { AgentChannel } from '../ipc/agent-channel.js';
import type { TrainerJob } from '../ipc/trainer-messages.js';
import { imagesFolder } from './cache-folders.js';
import { countLoaderThreads } from './count-loader-threads.js';
import { describeOverflow } from './describe-overflow.js';
import { createEvaluationHistory, type EvaluationHistory } from './evaluation-history.js';
import { isEvaluationDue, type EvaluationSchedule } from './evaluation-schedule.js';
import type { Evaluator } from './evaluator.js';
import type { PreparedRun } from './prepare-run.js';
import type { RunReporter } from './run-reporter.js';

export interface TrainRunOptions {
  run: PreparedRun;
  job: TrainerJob;
  channel: Pick<AgentChannel, 'emit' | 'breathe' | 'signal'>;
  sessions: { training: TrainSession; evaluating: EvalSession };
  evaluator: Evaluator;
  schedule: EvaluationSchedule;
  reporter: RunReporter;
}

export interface TrainedRun {
  history: EvaluationHistory;
  /** The evaluation to hand over. */
  best: EvaluatedTensors;
  /** Why a health rule ended the run before its last update, or null. */
  stopReason: string | null;
}

/**
 * Trains, evaluates and judges until the last update or until a rule stops the run.
 * @throws AppError CANCELLED after an abort; NON_FINITE when there is no evaluation before it that could be handed over
 */
export async function trainRun(options: TrainRunOptions): Promise<TrainedRun> {
  const { run, job, channel, sessions, schedule, reporter } = options;
  const { training } = job.config;
  const { version, model, task, plan } = run;
  const tensors = await loadTrainableTensors(model, { adaptation: run.adaptation, head: run.head, seed: training.seed });
  const trainable = new Map([...tensors].map(([name, { data }]) => [name, data]));
  const ema = training.ema === null ? null : createEma({ trainable, decay: training.ema });
  const evaluated = ema?.values ?? trainable;
  const history = createEvaluationHistory({
    config: job.config,
    task,
    classNames: version.header.classNames,
    labels: version.eval.map(({ label }) => label ?? Number.NaN),
    plannedUpdates: plan.updates,
    tensors: new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, data: evaluated.get(name) ?? tensor.data }])),
  });
  const trainLoss = createMean();

  async function evaluate({ update, lr }: UpdateReport): Promise<StopVerdict | null> {
    const updatesDone = update + 1;
    reporter.enter('evaluating', updatesDone);
    const startedAt = performance.now();
    const logits = await options.evaluator.computeLogits(sessions.evaluating, evaluated);
    if (!logits.every((row) => row.every(Number.isFinite))) {
      throw new AppError('NON_FINITE', `The outputs are no longer finite after update ${updatesDone}. Lower training.learningRate.`, { details: { what: 'outputs', update } });
    }
    reporter.addEvaluation(performance.now() - startedAt);
    const epoch = updatesDone / plan.updatesPerEpoch;
    const { evaluation, findings, stop } = history.add({ logits, update: updatesDone, epoch, learningRate: lr, trainLoss: trainLoss.take() });
    channel.emit({ type: 'evaluation', data: evaluation });
    for (const finding of findings) channel.emit({ type: 'finding', data: finding });
    if (stop === null && updatesDone < plan.updates) reporter.enter('training', updatesDone);
    return stop === null ? null : { reason: stop };
  }

  const { signal } = channel;
  const say = (message: string): void => channel.emit({ type: 'log', data: { level: 'info', message } });
  const targets = version.train.map(({ label }) => (label === null ? Number.NaN : targetOf(task, label)));
  const classWeights = resolveClassWeights({ setting: training.classWeights, classCount: run.head.numOutputs, targets });
  if (classWeights) say(`Classes count in the loss: ${taskClassNames(task, version.header.classNames).map((name, id) => `${name} ${Number(classWeights[id]?.toPrecision(3))}`).join(', ')}.`);
  const loader = createLoader({
    version,
    split: 'train',
    pieces: trainingPieces({
      ...training,
      sampleCount: version.train.length,
      labels: targets,
      classWeights,
      microBatch: plan.microBatch,
    }),
    task,
    imageSize: model.config.imageSize,
    preprocessor: model.preprocessor,
    augment: resolveAugmentation(training.augment),
    steps: job.config.images,
    seed: training.seed,
    threads: countLoaderThreads(job),
    cacheFolder: imagesFolder(job.home),
    signal,
  });
  reporter.enter('training', 0);
  try {
    const { stopped } = await trainLoop({
      session: sessions.training,
      pieces: atThePaceOf(channel, loader),
      trainable,
      optimizer: createAdamW({ trainable, weightDecay: (name) => (isDecayed(name, training.noDecay) ? training.weightDecay : 0) }),
      ...(ema ? { ema } : {}),
      learningRate: (update) => learningRateAt(update, { ...training, updates: plan.updates }),
      clipNorm: training.clipNorm,
      seed: training.seed,
      signal,
      onUpdate: (report) => {
        trainLoss.add(report.loss);
        reporter.addUpdate(report);
        const overflow = describeOverflow(report);
        if (overflow !== null) say(overflow);
      },
      isEvaluationDue: (update) => isEvaluationDue(update + 1, schedule),
      onEvaluate: evaluate,
    });
    if (history.best === null) throw new AppError('INTERNAL', 'The run ended without an evaluation.');
    return { history, best: history.best, stopReason: stopped?.reason ?? null };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'NON_FINITE') throw error;
    const finding = judgeNonFinite({ ...describeNonFinite(error), config: job.config });
    history.addFinding(finding);
    channel.emit({ type: 'finding', data: finding });
    if (history.best === null) throw error;
    return { history, best: history.best, stopReason: `N1: ${finding.message}` };
  }
}

/** Hands pieces on, but not while the event log is far behind. */
async function* atThePaceOf(channel: Pick<AgentChannel, 'breathe'>, pieces: AsyncIterable<LoadedPiece>): AsyncIterable<LoadedPiece> {
  for await (const piece of pieces) {
    await channel.breathe();
    yield piece;
  }
}

function describeNonFinite({ details }: AppError): { what: 'loss' | 'gradient norm' | 'weights' | 'outputs'; update: number } {
  const what = details?.['what'];
  const update = Number(details?.['update'] ?? 0) + 1;
  return { what: what === 'loss' || what === 'gradient norm' || what === 'outputs' ? what : 'weights', update };
}

function createMean(): { add(value: number): void; take(): number | null } {
  let sum = 0;
  let count = 0;
  return {
    add(value) {
      sum += value;
      count++;
    },
    take() {
      const mean = count === 0 ? null : sum / count;
      sum = 0;
      count = 0;
      return mean;
    },
  };
}
