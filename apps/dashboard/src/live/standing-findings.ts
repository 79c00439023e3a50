import type { EventData, RuleId } from '@eyegazer/core';

type Finding = EventData<'finding'>;

/** One rule's findings as one entry: its newest, and at which updates it spoke. */
export interface StandingFinding {
  rule: RuleId;
  finding: Finding;
  updates: number[];
  /** False once a newer evaluation did not bring it again. */
  stands: boolean;
}

export interface HealthView {
  /** Highest level of what stands; null when nothing does. */
  level: Finding['level'] | null;
  standing: StandingFinding[];
  /** Rules that spoke and were cleared by a later evaluation. */
  cleared: StandingFinding[];
}

const weight = { critical: 2, warning: 1, info: 0 } as const;

/** Groups an attempt's findings by rule, worst first; what the newest evaluation did not repeat is cleared, except N1, which no evaluation can clear. */
export function viewHealth(findings: readonly Finding[], lastEvaluationUpdate: number | null): HealthView {
  const groups = new Map<RuleId, StandingFinding>();
  for (const finding of findings) {
    const updates = [...(groups.get(finding.rule)?.updates ?? []), finding.update];
    const stands = finding.rule === 'N1' || lastEvaluationUpdate === null || finding.update >= lastEvaluationUpdate;
    groups.set(finding.rule, { rule: finding.rule, finding, updates, stands });
  }
  const all = [...groups.values()].sort((a, b) => weight[b.finding.level] - weight[a.finding.level] || a.rule.localeCompare(b.rule));
  const standing = all.filter(({ stands }) => stands);
  return { level: standing[0]?.finding.level ?? null, standing, cleared: all.filter(({ stands }) => !stands) };
}
