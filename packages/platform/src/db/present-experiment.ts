import type {
  AttemptState,
  AttemptWire,
  ErrorRecord,
  EvaluationMetrics,
  EventData,
  ExperimentConfig,
  ExperimentDetail,
  ExperimentState,
  ExperimentSummary,
  ResolvedTask,
  SubmitPlan,
  SubmitWarning,
} from '@eyegazer/core';
import type { Artifact, Attempt, Prisma } from './generated/client.js';
import { fromJson, fromJsonOrNull, toIso, toIsoOrNull } from './json.js';

/** What a summary needs beside the experiment's own row. */
export const summaryParts = {
  counter: true,
  model: { select: { name: true } },
  datasetVersion: { select: { version: true, dataset: { select: { name: true } } } },
} as const satisfies Prisma.ExperimentInclude;

export type ExperimentRow = Prisma.ExperimentGetPayload<{ include: typeof summaryParts }>;

export function presentSummary(row: ExperimentRow): ExperimentSummary {
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

/** `findings` and `artifacts` are those of the newest attempt. */
export function presentDetail(row: ExperimentRow, parts: { attempts: Attempt[]; findings: EventData<'finding'>[]; artifacts: Artifact[] }): ExperimentDetail {
  return {
    ...presentSummary(row),
    config: fromJson<ExperimentConfig>(row.config),
    warnings: fromJson<SubmitWarning[]>(row.warnings),
    plan: fromJson<SubmitPlan>(row.plan),
    attempts: parts.attempts.map(presentAttempt),
    evaluation: fromJsonOrNull<EventData<'evaluation'>>(row.evaluation),
    health: { ...presentHealth(row), findings: parts.findings },
    artifacts: parts.artifacts.map(({ name, sha256, byteLength }) => ({ name, sha256, byteLength: Number(byteLength) })),
  };
}

function presentHealth(row: ExperimentRow): ExperimentSummary['health'] {
  return { state: row.healthState, level: row.healthLevel } as ExperimentSummary['health'];
}

function presentAttempt(row: Attempt): AttemptWire {
  return {
    number: row.number,
    state: row.state as AttemptState,
    workerId: row.workerId,
    deviceKey: row.deviceKey,
    plan: fromJsonOrNull<EventData<'plan'>>(row.plan),
    error: fromJsonOrNull<ErrorRecord>(row.error),
    createdAt: toIso(row.createdAt),
    startedAt: toIsoOrNull(row.startedAt),
    endedAt: toIsoOrNull(row.endedAt),
  };
}
