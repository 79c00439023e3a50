import type { EventData } from '@eyegazer/core';

type Finding = EventData<'finding'>;

const weight = { critical: 2, warning: 1, info: 0 } as const;

/** What the newest evaluation brought, worst first; numbers that are not finite (N1) no evaluation can clear. */
export function standingFindings(findings: readonly Finding[], lastEvaluationUpdate: number | null): Finding[] {
  return findings
    .filter(({ rule, update }) => rule === 'N1' || lastEvaluationUpdate === null || update >= lastEvaluationUpdate)
    .sort((a, b) => weight[b.level] - weight[a.level] || a.rule.localeCompare(b.rule));
}
