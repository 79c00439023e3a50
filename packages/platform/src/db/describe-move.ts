import type { ErrorRecord, ExperimentState } from '@eyegazer/core';
import type { Told } from './unit-of-work.js';

export interface ToldMove {
  experimentId: string;
  from: ExperimentState;
  to: ExperimentState;
  /** 0 when none. */
  attempt: number;
  reason?: string;
  error?: ErrorRecord;
  /** What else the line says: the worker, the device. */
  facts?: Record<string, unknown>;
  queuedAt: Date;
  startedAt: Date | null;
}

/** How the log tells a change of an experiment's state: who reads only these lines knows what became of it. */
export function describeMove(move: ToldMove, nowMs = Date.now()): Told {
  const { experimentId, from, to, attempt, error, facts } = move;
  const times = timesOf(move, nowMs);
  const wasLost = to === 'queued' && (from === 'placed' || from === 'running');
  const level = to === 'failed' || to === 'stopped' || wasLost ? 'warn' : 'info';
  const fields = { experimentId, ...(attempt === 0 ? {} : { attempt }), ...facts, state: to, ...times, ...(error === undefined ? {} : { error }) };
  const after = times.ranMs === undefined ? '' : ` after ${(times.ranMs / 1000).toFixed(1)} s`;
  const what = to === 'placed' ? `Placed after waiting ${((times.waitedMs ?? 0) / 1000).toFixed(1)} s` : `${words[to]}${after}`;
  // Of a person's cancelling the reason says no more than the state does.
  const why = move.reason?.replace(/^Cancelled[.;] ?/, '') ?? '';
  return { level, fields, message: why === '' ? what : `${what}: ${why}` };
}

const words: Record<Exclude<ExperimentState, 'placed'>, string> = {
  queued: 'Queued again',
  running: 'Runs',
  paused: 'Paused',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  stopped: 'Stopped by a health rule',
};

/** How long it waited for its place, or ran; never negative, though the database's clock is not quite this machine's. */
function timesOf({ from, to, queuedAt, startedAt }: ToldMove, nowMs: number): { waitedMs?: number; ranMs?: number } {
  if (to === 'placed') return { waitedMs: Math.max(0, nowMs - queuedAt.getTime()) };
  return from === 'running' && startedAt !== null ? { ranMs: Math.max(0, nowMs - startedAt.getTime()) } : {};
}
