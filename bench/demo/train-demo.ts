import { evaluationPieces, learningRateAt, parseExperimentConfig, plannedUpdates, quadraticWeightedKappa, confusionMatrix, isDecayed, resolveAugmentation, trainingPieces, type ExperimentConfig, type ResolvedTask } from '@eyegazer/core';
import { createLoader, type DatasetVersion } from '@eyegazer/data';
import { createAdamW, createEvalSession, createTrainSession, trainLoop, type SessionOptions } from '@eyegazer/engine';
import { createLoraConfig, type BaseModel } from '@eyegazer/formats';
import { loadTrainableTensors, type Adaptation } from '@eyegazer/model';

export interface DemoResult {
  /** Of the held-out images after each epoch. */
  qwk: number[];
  /** Class of each held-out image after the last epoch, counted. */
  answers: number[];
  cpuSeconds: number;
  seconds: number;
}

const task: ResolvedTask = { kind: 'multiclass', loss: 'crossEntropy' };
const microBatch = 16;

/** Trains as the demo's experiment does, and evaluates after every epoch. */
export async function trainDemo(input: unknown, { version, model }: { version: DatasetVersion; model: BaseModel }): Promise<DemoResult> {
  const config = parseExperimentConfig(input);
  const { training } = config;
  const { seed } = training;
  const options: SessionOptions = { model, head: { kind: 'multiclass', numOutputs: version.header.classNames.length, loss: 'crossEntropy' }, adaptation: adaptationOf(config), microBatch, engine: 'traced' };
  const tensors = await loadTrainableTensors(model, { ...options, seed });
  const trainable = new Map([...tensors].map(([name, { data }]) => [name, data]));
  const labels = version.train.map(({ label }) => label ?? Number.NaN);
  const plan = { sampleCount: labels.length, labels, effectiveBatch: training.effectiveBatch, microBatch, epochs: training.epochs, seed, sampler: training.sampler };
  const { total: updates } = plannedUpdates({ samples: labels.length, effectiveBatch: training.effectiveBatch, epochs: training.epochs });
  const shape = { version, task, imageSize: model.config.imageSize, preprocessor: model.preprocessor, seed };
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const session = await createTrainSession(options);
  const evaluating = await createEvalSession(options);
  const truth = version.eval.map(({ label }) => label ?? Number.NaN);
  const result: DemoResult = { qwk: [], answers: [], cpuSeconds: 0, seconds: 0 };

  async function evaluate(): Promise<void> {
    const answers: number[] = [];
    for await (const { pixels, positions } of createLoader({ ...shape, split: 'eval', pieces: evaluationPieces({ sampleCount: truth.length, microBatch }), augment: 'none' })) {
      const logits = await evaluating.logits({ pixels, n: positions.length, trainable });
      const { numOutputs } = options.head;
      for (let i = 0; i < positions.length; i++) {
        const row = logits.subarray(i * numOutputs, (i + 1) * numOutputs);
        answers.push(row.indexOf(Math.max(...row)));
      }
    }
    result.qwk.push(quadraticWeightedKappa(confusionMatrix(truth, answers, options.head.numOutputs)) ?? 0);
    result.answers = Array.from({ length: options.head.numOutputs }, (_, id) => answers.filter((answer) => answer === id).length);
  }

  const perEpoch = updates / training.epochs;
  await trainLoop({
    session,
    pieces: createLoader({ ...shape, split: 'train', pieces: trainingPieces(plan), augment: resolveAugmentation(training.augment) }),
    trainable,
    optimizer: createAdamW({ trainable, weightDecay: (name) => (isDecayed(name, training.noDecay) ? training.weightDecay : 0) }),
    learningRate: (update) => learningRateAt(update, { ...training, updates }),
    clipNorm: training.clipNorm,
    seed,
    signal: new AbortController().signal,
    onUpdate: () => undefined,
    isEvaluationDue: (update) => (update + 1) % perEpoch === 0,
    onEvaluate: async () => {
      await evaluate();
      return null;
    },
  });
  await session.dispose();
  await evaluating.dispose();
  const { user, system } = process.cpuUsage(cpu);
  return { ...result, cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - startedAt) / 1000 };
}

function adaptationOf({ adapter }: ExperimentConfig): Adaptation {
  if (adapter.method !== 'lora') throw new Error(`Expected the demo to train a LoRA adapter, got ${adapter.method}.`);
  return { method: 'lora', ...createLoraConfig(adapter) };
}
