import { isEnded, type ExperimentState } from '@eyegazer/core';
import type { Connection, Context } from '../context.js';
import { exitCodeOfState, exitCodes } from '../exit-codes.js';
import { shortId } from '../experiments/short-id.js';
import { withInterrupt } from '../interrupt.js';
import { followRun } from './follow-run.js';
import { formatOutcome } from './format-outcome.js';
import { watchLines } from './watch-lines.js';
import { watchLive } from './watch-live.js';

/** Watches an experiment to its end. Ctrl-C leaves it running. @returns the exit code, which says how it ended */
export async function watchExperiment(context: Context, connection: Connection, id: string): Promise<number> {
  const state = await withInterrupt((signal) => follow(context, connection, { id, signal }));
  if (state === null) {
    context.err.line(`Left running. Look again: eyegazer watch ${shortId(id)}    End it: eyegazer cancel ${shortId(id)}`);
    return exitCodes.interrupted;
  }
  if (!context.json) context.out.lines(formatOutcome(await connection.api.getExperiment(id), context.out.paint));
  return exitCodeOfState(state);
}

async function follow(context: Context, connection: Connection, { id, signal }: { id: string; signal: AbortSignal }): Promise<ExperimentState | null> {
  // A program gets the whole log, from its first event on.
  if (context.json) return followRun(connection, { id, after: 0, state: null, signal, onEvents: (events) => events.forEach(context.printJsonLine) });
  const experiment = await connection.api.getExperiment(id);
  // On a terminal an ended run still has a chart to show.
  if (isEnded(experiment.state) && !context.out.isTty) return experiment.state;
  return (context.out.isTty ? watchLive : watchLines)(context, connection, { experiment, signal });
}
