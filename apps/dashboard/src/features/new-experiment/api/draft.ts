/**
 * The form's own copy of a config: number fields are the text that a person typed, so that half-typed numbers stay as
 * they are; everything that the form does not show is carried along untouched.
 */
import { experimentConfigSchema, loraAdapterSchema, noImageSteps, referenceLearningRates, type ExperimentConfig, type ImageSteps, type LoraAdapterConfig, type LoraTargetModule } from '@eyegazer/core';
import { parseReference } from './dataset-reference.js';
import { isRecord, readKeys } from './read-keys.js';

/** Config paths whose fields are text boxes with a number in them. */
export const numberPaths = [
  'adapter.r',
  'adapter.alpha',
  'adapter.dropout',
  'training.epochs',
  'training.effectiveBatch',
  'training.microBatch',
  'training.learningRate',
  'training.warmupRatio',
  'training.weightDecay',
  'training.clipNorm',
  'training.ema',
  'training.seed',
  'model.imageSize',
  'evaluation.every',
  'resources.priority',
] as const;
export type NumberPath = (typeof numberPaths)[number];

const stepNames = Object.keys(noImageSteps) as (keyof ImageSteps)[];

type Training = ExperimentConfig['training'];

export interface Draft {
  /** The config that the draft began with; what no field shows comes from here. */
  base: ExperimentConfig;
  name: string;
  dataset: string;
  modelBase: string;
  taskKind: ExperimentConfig['task']['kind'];
  /** Positive classes of the healthy-or-not task; null means every class but 0. */
  positive: number[] | null;
  regressionLoss: 'mse' | 'smoothL1';
  method: ExperimentConfig['adapter']['method'];
  /** What LoRA has when it is chosen again; its numbers are in `numbers`. */
  lora: LoraAdapterConfig;
  allLinear: boolean;
  targetModules: LoraTargetModule[];
  useRslora: boolean;
  schedule: Training['schedule'];
  sampler: Training['sampler'];
  augment: Training['augment']['preset'];
  /** Those that are taken. */
  imageSteps: (keyof ImageSteps)[];
  classWeights: 'none' | 'balanced' | 'custom';
  /** One number per class, separated by commas. */
  classWeightList: string;
  precision: Training['precision'];
  recompute: Training['recompute'];
  device: ExperimentConfig['resources']['device'];
  metric: ExperimentConfig['evaluation']['metric'];
  onCollapse: ExperimentConfig['health']['onCollapse'];
  naming: ExperimentConfig['export']['naming'];
  tags: string;
  numbers: Record<NumberPath, string>;
}

/** The draft of a config. */
export function createDraft(config: ExperimentConfig): Draft {
  const { task, training, adapter } = config;
  const { classWeights } = training;
  const lora = adapter.method === 'lora' ? adapter : loraAdapterSchema.parse({});
  const shown = { ...config, adapter: lora };
  return {
    base: config,
    name: config.name ?? '',
    dataset: config.dataset,
    modelBase: config.model.base,
    taskKind: task.kind,
    positive: task.kind === 'binary' ? task.positive : null,
    regressionLoss: task.kind === 'regression' ? task.loss : 'mse',
    method: adapter.method,
    lora,
    allLinear: lora.targetModules === 'all-linear',
    targetModules: lora.targetModules === 'all-linear' ? ['query', 'value'] : [...lora.targetModules],
    useRslora: lora.useRslora,
    schedule: training.schedule,
    sampler: training.sampler,
    augment: training.augment.preset,
    imageSteps: stepNames.filter((name) => config.images[name]),
    classWeights: typeof classWeights === 'string' ? classWeights : 'custom',
    classWeightList: typeof classWeights === 'string' ? '' : classWeights.join(', '),
    precision: training.precision,
    recompute: training.recompute,
    device: config.resources.device,
    metric: config.evaluation.metric,
    onCollapse: config.health.onCollapse,
    naming: config.export.naming,
    tags: config.tags.join(', '),
    numbers: Object.fromEntries(numberPaths.map((path) => [path, textOf(readKeys(shown, path.split('.')))])) as Record<NumberPath, string>,
  };
}

/** A config with every default; the dataset and the base model are still open. */
export function createEmptyDraft(): Draft {
  const draft = createDraft(experimentConfigSchema.parse({ dataset: '?' }));
  return { ...draft, dataset: '', modelBase: '' };
}

/** Another method; a learning rate that was the former one's usual becomes the usual one of this. */
export function chooseMethod({ method: former, numbers }: Draft, method: Draft['method']): Partial<Draft> {
  const path = 'training.learningRate';
  if (numberOf(numbers[path]) !== referenceLearningRates[former]) return { method };
  return { method, numbers: { ...numbers, [path]: String(referenceLearningRates[method]) } };
}

/** What the draft says, to be checked: half-typed numbers are handed on as text, so that the check can name them. */
export function configOfDraft(draft: Draft): Record<string, unknown> {
  const { base, numbers } = draft;
  const value = (path: NumberPath): unknown => numberOf(numbers[path]);
  const valueOrNull = (path: NumberPath): unknown => (numbers[path].trim() === '' ? null : value(path));
  const name = draft.name.trim();
  return {
    ...base,
    name: name === '' ? undefined : name,
    dataset: draft.dataset,
    task: taskOf(draft),
    model: { ...base.model, base: draft.modelBase, imageSize: valueOrNull('model.imageSize') },
    images: Object.fromEntries(stepNames.map((step) => [step, draft.imageSteps.includes(step)])),
    adapter: adapterOf(draft),
    training: {
      ...base.training,
      epochs: value('training.epochs'),
      effectiveBatch: value('training.effectiveBatch'),
      microBatch: value('training.microBatch'),
      learningRate: value('training.learningRate'),
      warmupRatio: value('training.warmupRatio'),
      weightDecay: value('training.weightDecay'),
      clipNorm: value('training.clipNorm'),
      ema: valueOrNull('training.ema'),
      seed: value('training.seed'),
      schedule: draft.schedule,
      sampler: draft.sampler,
      classWeights: classWeightsOf(draft),
      precision: draft.precision,
      recompute: draft.recompute,
      augment: augmentOf(draft),
    },
    evaluation: { ...base.evaluation, every: value('evaluation.every'), metric: draft.metric },
    health: { ...base.health, onCollapse: draft.onCollapse },
    resources: { ...base.resources, device: draft.device, priority: value('resources.priority') },
    export: { naming: draft.naming },
    tags: listOf(draft.tags),
  };
}

function adapterOf({ method, lora, numbers, allLinear, targetModules, useRslora }: Draft): Record<string, unknown> {
  if (method !== 'lora') return { method };
  return {
    ...lora,
    r: numberOf(numbers['adapter.r']),
    alpha: numberOf(numbers['adapter.alpha']),
    dropout: numberOf(numbers['adapter.dropout']),
    targetModules: allLinear ? 'all-linear' : targetModules,
    useRslora,
  };
}

/** A grade has no classes to weigh. */
function classWeightsOf({ taskKind, classWeights, classWeightList }: Draft): unknown {
  if (taskKind === 'regression') return 'none';
  return classWeights === 'custom' ? listOf(classWeightList).map(numberOf) : classWeights;
}

/** What a config changes of a preset stays with that preset; no field shows it. */
function augmentOf({ base, augment: preset }: Draft): Record<string, unknown> {
  return preset === base.training.augment.preset ? base.training.augment : { preset };
}

function taskOf(draft: Draft): Record<string, unknown> {
  const { task, dataset } = draft.base;
  switch (draft.taskKind) {
    case 'multiclass':
      return { kind: 'multiclass' };
    case 'binary':
      return { kind: 'binary', positive: draft.positive };
    case 'regression':
      // Range and thresholds belong to the grades of their dataset, and no field shows them.
      return { ...(task.kind === 'regression' && parseReference(draft.dataset).name === parseReference(dataset).name ? task : {}), kind: 'regression', loss: draft.regressionLoss };
    default:
      return draft.taskKind satisfies never;
  }
}

/** Changes of a remedy, laid over a config by their paths; what does not fit leaves the config as it is. */
export function applyChanges(config: ExperimentConfig, changes: Record<string, unknown>): ExperimentConfig {
  const copy = structuredClone(config) as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) {
    if (path === 'task.kind') {
      copy['task'] = { kind: value };
      continue;
    }
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const parent = readKeys(copy, keys);
    if (isRecord(parent) && Object.hasOwn(parent, last)) parent[last] = value;
  }
  const parsed = experimentConfigSchema.safeParse(copy);
  return parsed.success ? parsed.data : config;
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

function listOf(text: string): string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

/** The number that a text says, else the text itself. */
function numberOf(text: string): unknown {
  const trimmed = text.trim().replace(',', '.');
  const number = Number(trimmed);
  return trimmed === '' || Number.isNaN(number) ? text.trim() : number;
}
