import type {
  AttemptState,
  AttemptWire,
  ErrorRecord,
  EvaluationMetrics,
  EventData,
  ExperimentDetail,
  ExperimentState,
  ExperimentSummary,
  ResolvedTask,
  SubmitPlan,
  SubmitWarning,
} from '@eyegazer/core';
import type { Attempt, Prisma } from './generated/client.js';
import { fromJson, fromJsonOrNull, toIso, toIsoOrNull } from './json.js';
import { readStoredConfig, readStoredPlan } from './stored-values.js';

/** What a summary is made of. Config, plan and evaluation are left out: for a page of them they would be most of the work. */
export const summaryColumns = {
  id: true,
  name: true,
  state: true,
  taskKind: true,
  tags: true,
  priority: true,
  progress: true,
  latest: true,
  best: true,
  healthState: true,
  healthLevel: true,
  error: true,
  createdAt: true,
  startedAt: true,
  endedAt: true,
  deletedAt: true,
  counter: { select: { lastSeq: true } },
  model: { select: { name: true } },
  datasetVersion: { select: { version: true, dataset: { select: { name: true } } } },
} as const satisfies Prisma.ExperimentSelect;

/** What a detail is made of; findings and artifacts are those of all attempts. */
export const detailColumns = {
  ...summaryColumns,
  config: true,
  warnings: true,
  plan: true,
  evaluation: true,
  attempts: { orderBy: { number: 'asc' } },
  artifacts: { orderBy: { name: 'asc' } },
  events: { where: { type: 'finding' }, orderBy: { seq: 'asc' }, select: { attempt: true, data: true } },
} as const satisfies Prisma.ExperimentSelect;

export type SummaryRow = Prisma.ExperimentGetPayload<{ select: typeof summaryColumns }>;
export type DetailRow = Prisma.ExperimentGetPayload<{ select: typeof detailColumns }>;

export function presentSummary(row: SummaryRow): ExperimentSummary {
  return {
    id: row.id,
    name: row.name,
    state: row.state as ExperimentState,
    dataset: `${row.datasetVersion.dataset.name}@${row.datasetVersion.version}`,
    model: row.model.name,
    task: row.taskKind as ResolvedTask['kind'],
    tags: row.tags,
    priority: row.priority,
    progress: fromJsonOrNull<EventData<'progress'>>(row.progress),
    latest: fromJsonOrNull<EvaluationMetrics>(row.latest),
    best: fromJsonOrNull<EvaluationMetrics>(row.best),
    health: presentHealth(row),
    error: fromJsonOrNull<ErrorRecord>(row.error),
    lastSeq: row.counter?.lastSeq ?? 0,
    createdAt: toIso(row.createdAt),
    startedAt: toIsoOrNull(row.startedAt),
    endedAt: toIsoOrNull(row.endedAt),
    deletedAt: toIsoOrNull(row.deletedAt),
  };
}

/** Findings and artifacts are those of the newest attempt. */
export function presentDetail(row: DetailRow): ExperimentDetail {
  const newest = row.attempts.at(-1)?.number ?? 0;
  const findings = row.events.flatMap(({ attempt, data }) => (attempt === newest && data !== null ? [fromJson<EventData<'finding'>>(data)] : []));
  return {
    ...presentSummary(row),
    config: readStoredConfig(row.config),
    warnings: fromJson<SubmitWarning[]>(row.warnings),
    plan: fromJson<SubmitPlan>(row.plan),
    attempts: row.attempts.map(presentAttempt),
    evaluation: fromJsonOrNull<EventData<'evaluation'>>(row.evaluation),
    health: { ...presentHealth(row), findings },
    artifacts: row.artifacts.flatMap(({ attempt, name, sha256, byteLength }) => (attempt === newest ? [{ name, sha256, byteLength: Number(byteLength) }] : [])),
  };
}

function presentHealth(row: SummaryRow): ExperimentSummary['health'] {
  return { state: row.healthState, level: row.healthLevel } as ExperimentSummary['health'];
}

function presentAttempt(row: Attempt): AttemptWire {
  return {
    number: row.number,
    state: row.state as AttemptState,
    workerId: row.workerId,
    deviceKey: row.deviceKey,
    plan: row.plan === null ? null : readStoredPlan(row.plan),
    error: fromJsonOrNull<ErrorRecord>(row.error),
    createdAt: toIso(row.createdAt),
    startedAt: toIsoOrNull(row.startedAt),
    endedAt: toIsoOrNull(row.endedAt),
  };
}
