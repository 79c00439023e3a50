import { isBetterEvaluation, type EventData, type SelectionMetric } from '@eyegazer/core';

type Evaluation = EventData<'evaluation'>;

/** The evaluation that the run would hand over, as its worker chooses it. */
export function bestEvaluation(evaluations: readonly Evaluation[], metric: SelectionMetric): Evaluation | null {
  return evaluations.reduce<Evaluation | null>((best, evaluation) => (isBetterEvaluation(evaluation.metrics, best?.metrics ?? null, metric) ? evaluation : best), null);
}
