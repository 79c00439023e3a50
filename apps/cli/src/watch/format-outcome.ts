import { formatDuration } from '@eyegazer/client';
import type { ExperimentDetail } from '@eyegazer/core';
import { shortId } from '../experiments/short-id.js';
import { standingFindings } from '../experiments/standing-findings.js';
import { stateStyle } from '../experiments/state-cell.js';
import { cleanText } from '../output/clean-text.js';
import { secondsBetween } from '../output/format-time.js';
import type { Paint } from '../output/paint.js';
import { findingStyle } from './format-event.js';
import { formatEvaluation } from './format-evaluation.js';

/** How a run ended, what it is worth, and what to do next. */
export function formatOutcome(experiment: ExperimentDetail, paint: Paint): string[] {
  const { id, name, state, startedAt, endedAt, best, error, config, health } = experiment;
  const took = startedAt !== null && endedAt !== null ? ` after ${formatDuration(secondsBetween(startedAt, endedAt))}` : '';
  const worth = best === null ? '' : `  best: ${formatEvaluation({ metrics: best }, config.evaluation.metric)}`;
  return [
    `${cleanText(name)} ${paint(stateStyle(state), state)}${took}.${worth}`,
    ...(error === null ? [] : [paint('red', cleanText(`${error.code}: ${error.message}`))]),
    ...standingFindings(health.findings, experiment.evaluation?.update ?? null)
      .filter(({ level }) => level !== 'info')
      .map(({ rule, level, message }) => paint(findingStyle(level), cleanText(`! ${rule} ${level}: ${message}`))),
    paint('dim', nextStep(shortId(id), experiment)),
  ];
}

function nextStep(id: string, { state, artifacts }: ExperimentDetail): string {
  if (artifacts.length > 0) return `Take the bundle home: eyegazer pull ${id}`;
  return state === 'cancelled' ? `Queue it again: eyegazer retry ${id}` : `See what happened: eyegazer show ${id}    Queue it again: eyegazer retry ${id}`;
}
