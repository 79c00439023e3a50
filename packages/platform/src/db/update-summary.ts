import { findingLevels, type EvaluationMetrics, type EventData, type ExperimentConfig, type WrittenEvent } from '@eyegazer/core';
import { Prisma } from './generated/client.js';
import { fromJson, fromJsonOrNull, toJson } from './json.js';
import type { Tx } from './open-database.js';

type Level = EventData<'finding'>['level'];

/** Keeps the columns that lists read up with an attempt's new events; answers whether any changed. */
export async function updateSummary(tx: Tx, { experimentId, attempt, events }: { experimentId: string; attempt: number; events: readonly WrittenEvent[] }): Promise<boolean> {
  const data: Prisma.ExperimentUpdateInput = {};
  const progress = lastOf(events, 'progress');
  if (progress) data.progress = toJson(progress);
  const evaluations = dataOf(events, 'evaluation');
  const findings = dataOf(events, 'finding');
  if (evaluations.length > 0 || findings.length > 0) Object.assign(data, await judge(tx, { experimentId, evaluations, findings }));
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

interface Judged {
  experimentId: string;
  evaluations: EventData<'evaluation'>[];
  findings: EventData<'finding'>[];
}

/** Newest and best evaluation, and the worst that the health rules have said. */
async function judge(tx: Tx, { experimentId, evaluations, findings }: Judged): Promise<Prisma.ExperimentUpdateInput> {
  const row = await tx.experiment.findUniqueOrThrow({ where: { id: experimentId }, select: { config: true, best: true, bestValue: true, healthLevel: true } });
  const { metric } = fromJson<ExperimentConfig>(row.config).evaluation;
  const data: Prisma.ExperimentUpdateInput = {};
  let best: EvaluationMetrics | null = fromJsonOrNull<EvaluationMetrics>(row.best);
  let bestValue = row.bestValue;
  for (const { metrics } of evaluations) {
    const value = metrics[metric];
    const isBetter = best === null || (value !== null && (bestValue === null || (metric === 'loss' ? value < bestValue : value > bestValue)));
    if (isBetter) [best, bestValue] = [metrics, value];
  }
  const newest = evaluations.at(-1);
  if (newest && best) Object.assign(data, { evaluation: toJson(newest), latest: toJson(newest.metrics), best: toJson(best), bestValue });
  const finding = findings.at(-1);
  if (finding) {
    data.healthState = finding.healthState;
    data.healthLevel = worst([...findings.map(({ level }) => level), ...(row.healthLevel === null ? [] : [row.healthLevel as Level])]);
  }
  return data;
}

function worst(levels: Level[]): Level | null {
  return [...findingLevels].reverse().find((level) => levels.includes(level)) ?? null;
}

function dataOf<T extends WrittenEvent['type']>(events: readonly WrittenEvent[], type: T): EventData<T>[] {
  return events.filter((event) => event.type === type).map((event) => event.data as EventData<T>);
}

function lastOf<T extends WrittenEvent['type']>(events: readonly WrittenEvent[], type: T): EventData<T> | undefined {
  return dataOf(events, type).at(-1);
}
