import { AppError } from '@eyegazer/core';
import type { Adaptation, HeadSpec } from '@eyegazer/model';

/** What a training state belongs to: with another of these its numbers would mean something else. */
export interface TrainingIdentity {
  /** Names the base model's weights, e.g. by their sha256. */
  readonly base: string;
  readonly adaptation: Adaptation;
  readonly head: HeadSpec;
  readonly seed: number;
  /** Whatever else the following updates depend on: dataset, effective batch, schedule, optimizer settings, device kind, micro-batch. */
  readonly run: Readonly<Record<string, string | number | boolean | null>>;
}

/** Each part as text that is the same for equal parts, whatever the order of their keys. */
export function describeIdentity({ base, adaptation, head, seed, run }: TrainingIdentity): Record<string, string> {
  const parts = Object.entries({ base, adaptation, head, seed, ...Object.fromEntries(Object.entries(run).map(([key, value]) => [`run.${key}`, value])) });
  return Object.fromEntries(parts.map(([key, value]) => [key, stableJson(value)]));
}

/**
 * @param found as `describeIdentity` wrote it
 * @throws AppError CONFLICT naming the first part that differs
 */
export function checkIdentity(found: Readonly<Record<string, string>>, identity: TrainingIdentity, file: string): void {
  const expected = describeIdentity(identity);
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    if (expected[key] === found[key]) continue;
    throw new AppError(
      'CONFLICT',
      `${file}: expected the state of a run with ${key} ${expected[key] ?? 'unset'}, got one with ${found[key] ?? 'none'}. Go on with the settings it was written with, or start the run afresh.`,
      { path: key, details: { file } },
    );
  }
}

function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
