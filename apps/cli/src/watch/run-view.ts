/** What is known of a watched run: a pure fold over its events. */
import type { ErrorRecord, EventData, ExperimentDetail, ExperimentEvent, ExperimentState, SelectionMetric } from '@eyegazer/core';

export interface RunView {
  id: string;
  name: string;
  state: ExperimentState;
  /** Of the newest attempt; 0 before the first. */
  attempt: number;
  device: string | null;
  progress: EventData<'progress'> | null;
  /** Of the newest attempt, oldest first. */
  evaluations: readonly EventData<'evaluation'>[];
  /** The metric that the best evaluation is chosen by. */
  metric: SelectionMetric;
  error: ErrorRecord | null;
  /** Why it is in its state, where its worker said so. */
  reason: string | null;
}

export function createRunView(experiment: ExperimentDetail, evaluations: readonly EventData<'evaluation'>[]): RunView {
  const attempt = experiment.attempts.at(-1);
  const { id, name, state, progress, error, config } = experiment;
  return { id, name, state, attempt: attempt?.number ?? 0, device: attempt?.plan?.deviceName ?? null, progress, evaluations, metric: config.evaluation.metric, error, reason: null };
}

export function applyEvent(view: RunView, event: ExperimentEvent): RunView {
  // A new attempt begins anew.
  const base: RunView = event.attempt > view.attempt ? { ...view, attempt: event.attempt, device: null, progress: null, evaluations: [] } : view;
  switch (event.type) {
    case 'state':
      return { ...base, state: event.data.state, error: event.data.error ?? null, reason: event.data.reason ?? null };
    case 'plan':
      return { ...base, device: event.data.deviceName };
    case 'progress':
      return { ...base, progress: event.data };
    case 'evaluation':
      return { ...base, evaluations: [...base.evaluations, event.data] };
    case 'metrics':
    case 'finding':
    case 'log':
    case 'artifact':
      return base;
    default:
      return event satisfies never;
  }
}
