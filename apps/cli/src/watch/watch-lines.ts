import type { EventData, ExperimentDetail, ExperimentState } from '@eyegazer/core';
import type { Connection, Context } from '../context.js';
import { createStepFilter } from '../output/create-step-filter.js';
import { followRun } from './follow-run.js';
import { formatEvent } from './format-event.js';

/** Watches where nothing can be drawn twice: one line per state, evaluation, finding and step of progress. */
export function watchLines(context: Context, connection: Connection, { experiment, signal }: { experiment: ExperimentDetail; signal: AbortSignal }): Promise<ExperimentState | null> {
  const { out, err } = context;
  const isNewStep = createStepFilter();
  // Evaluations interrupt training again and again: they are not news of their own.
  const isNews = ({ phase, update, updates }: EventData<'progress'>): boolean => isNewStep(phase === 'evaluating' ? 'training' : phase, updates === 0 ? 0 : update / updates);
  let wasConnected = true;
  return followRun(connection, {
    id: experiment.id,
    after: experiment.lastSeq,
    state: experiment.state,
    signal,
    onEvents(events) {
      for (const event of events) {
        if (event.type === 'progress' && !isNews(event.data)) continue;
        const line = formatEvent(event, { metric: experiment.config.evaluation.metric, paint: out.paint });
        if (line !== null) out.line(line);
      }
    },
    onConnected(connected) {
      if (wasConnected && !connected) err.line('The server is out of reach. Trying again; the run goes on without us.');
      if (!wasConnected && connected) err.line('The server is back.');
      wasConnected = connected;
    },
  });
}
