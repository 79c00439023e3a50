/**
 * The live state of one experiment, folded from its event log. Pure: the same events always give the same state, however
 * they were cut into batches, and an event that was folded already changes nothing.
 */
import type { ErrorRecord, EventData, ExperimentDetail, ExperimentEvent, ExperimentState, SeriesAnswer } from '@eyegazer/core';
import { appendMetrics, createRunSeries, type RunSeries } from './run-series.js';

export interface LogLine {
  seq: number;
  attempt: number;
  at: string;
  level: 'info' | 'warn' | 'error';
  message: string;
}

export interface RunState {
  /** Sequence number of the last event folded. */
  seq: number;
  /** The newest attempt; 0 before the first. */
  attempt: number;
  state: ExperimentState;
  reason: string | null;
  error: ErrorRecord | null;
  /** Of the newest attempt, as are plan, evaluations and findings. */
  progress: EventData<'progress'> | null;
  plan: EventData<'plan'> | null;
  evaluations: readonly EventData<'evaluation'>[];
  findings: readonly EventData<'finding'>[];
  artifacts: readonly EventData<'artifact'>[];
  /** The newest lines, oldest first. */
  log: readonly LogLine[];
  series: RunSeries;
}

/** Most lines of the log that are kept. */
export const mostLogLines = 500;

/** Where folding begins: the series so far, and the experiment before its first event. */
export function createRunState(detail: Pick<ExperimentDetail, 'state' | 'error'>, series: SeriesAnswer): RunState {
  return {
    seq: 0,
    attempt: 0,
    state: detail.state,
    reason: null,
    error: detail.error,
    progress: null,
    plan: null,
    evaluations: [],
    findings: [],
    artifacts: [],
    log: [],
    series: createRunSeries(series),
  };
}

/** Folds events, in order, into the state. */
export function reduceRun(state: RunState, events: readonly ExperimentEvent[]): RunState {
  return events.reduce(reduceEvent, state);
}

function reduceEvent(before: RunState, event: ExperimentEvent): RunState {
  if (event.seq <= before.seq) return before;
  const state = { ...(event.attempt > before.attempt ? beginAttempt(before, event.attempt) : before), seq: event.seq };
  const isOld = event.attempt < state.attempt;
  switch (event.type) {
    case 'state':
      return { ...state, state: event.data.state, reason: event.data.reason ?? null, error: event.data.error ?? null };
    case 'log':
      return { ...state, log: [...state.log, { seq: event.seq, attempt: event.attempt, at: event.at, ...event.data }].slice(-mostLogLines) };
    case 'artifact':
      return { ...state, artifacts: [...state.artifacts.filter(({ name }) => name !== event.data.name), event.data] };
    case 'metrics':
      return { ...state, series: appendMetrics(state.series, event) };
    case 'progress':
      return isOld ? state : { ...state, progress: event.data };
    case 'plan':
      return isOld ? state : { ...state, plan: event.data };
    case 'evaluation':
      return isOld ? state : { ...state, evaluations: [...state.evaluations, event.data] };
    case 'finding':
      return isOld ? state : { ...state, findings: [...state.findings, event.data] };
    default:
      return event satisfies never;
  }
}

function beginAttempt(state: RunState, attempt: number): RunState {
  const series = attempt > state.series.attempt ? { attempt, upTo: state.series.upTo, byName: {} } : state.series;
  return { ...state, attempt, progress: null, plan: null, evaluations: [], findings: [], artifacts: [], series };
}
