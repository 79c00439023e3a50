import {
  findingLevels,
  isBetterEvaluation,
  nextHealthState,
  type EvaluationMetrics,
  type EventData,
  type ExperimentConfig,
  type HealthState,
  type WrittenEvent,
} from '@eyegazer/core';
import { Prisma } from './generated/client.js';
import { fromJson, fromJsonOrNull, toJson } from './json.js';
import type { Tx } from './open-database.js';

type Level = EventData<'finding'>['level'];

/** Keeps the columns that lists read up with an attempt's new events; answers whether any changed. */
export async function updateSummary(tx: Tx, { experimentId, attempt, events }: { experimentId: string; attempt: number; events: readonly WrittenEvent[] }): Promise<boolean> {
  const data: Prisma.ExperimentUpdateInput = {};
  const progress = lastOf(events, 'progress');
  if (progress) data.progress = toJson(progress);
  const judged = events.filter((event) => event.type === 'evaluation' || event.type === 'finding');
  if (judged.length > 0) Object.assign(data, await foldEvaluations(tx, { experimentId, events: judged }));
  const changed = Object.keys(data).length > 0;
  if (changed) await tx.experiment.update({ where: { id: experimentId }, data, select: { id: true } });

  const plan = lastOf(events, 'plan');
  if (plan) await tx.attempt.update({ where: { experimentId_number: { experimentId, number: attempt } }, data: { plan: toJson(plan) } });
  for (const { name, sha256, byteLength } of dataOf(events, 'artifact')) {
    await tx.artifact.upsert({
      where: { experimentId_attempt_name: { experimentId, attempt, name } },
      create: { experimentId, attempt, name, sha256, byteLength },
      update: { sha256, byteLength, createdAt: new Date() },
    });
  }
  return changed;
}

type Judged = Extract<WrittenEvent, { type: 'evaluation' | 'finding' }>;

/** Newest and best evaluation, and the run's health as of the newest: an evaluation that no finding follows is a healthy one. */
async function foldEvaluations(tx: Tx, { experimentId, events }: { experimentId: string; events: readonly Judged[] }): Promise<Prisma.ExperimentUpdateInput> {
  const select = { config: true, evaluation: true, best: true, bestValue: true, healthState: true, healthLevel: true } as const;
  const row = await tx.experiment.findUniqueOrThrow({ where: { id: experimentId }, select });
  const { metric } = fromJson<ExperimentConfig>(row.config).evaluation;
  let newest = fromJsonOrNull<EventData<'evaluation'>>(row.evaluation);
  let best = fromJsonOrNull<EvaluationMetrics>(row.best);
  let healthState = row.healthState as HealthState;
  let healthLevel = row.healthLevel as Level | null;
  for (const event of events) {
    if (event.type === 'evaluation') {
      newest = event.data;
      if (isBetterEvaluation(event.data.metrics, best, metric)) best = event.data.metrics;
      healthState = nextHealthState(healthState, 'healthy');
      healthLevel = null;
    } else {
      healthState = event.data.healthState;
      healthLevel = worst(healthLevel, event.data.level);
    }
  }
  const health = { healthState, healthLevel };
  if (newest === null || best === null) return health;
  return { ...health, evaluation: toJson(newest), latest: toJson(newest.metrics), best: toJson(best), bestValue: best[metric] };
}

function worst(before: Level | null, level: Level): Level {
  return before === null || findingLevels.indexOf(level) > findingLevels.indexOf(before) ? level : before;
}

function dataOf<T extends WrittenEvent['type']>(events: readonly WrittenEvent[], type: T): EventData<T>[] {
  return events.filter((event) => event.type === type).map((event) => event.data as EventData<T>);
}

function lastOf<T extends WrittenEvent['type']>(events: readonly WrittenEvent[], type: T): EventData<T> | undefined {
  return dataOf(events, type).at(-1);
}
