import { formatCount, formatDuration, formatPercent } from '@eyegazer/client';
import type { ExperimentSummary } from '@eyegazer/core';
import { HealthBadge } from '../../../ui/health-badge.js';
import { formatMetric } from '../../../ui/format-number.js';
import { formatAgo, formatInstant } from '../../../ui/format-time.js';
import { ProgressBar } from '../../../ui/progress-bar.js';
import { StateChip } from '../../../ui/state-chip.js';
import { useNow } from '../../../ui/use-now.js';
import { ExperimentName } from './experiment-name.js';

/** Experiments as rows; on a narrow screen each row becomes a small card. */
export function ExperimentList({ experiments }: { experiments: readonly ExperimentSummary[] }) {
  const now = useNow(15_000);
  return (
    <ul className="experiment-list card">
      {experiments.map((experiment) => (
        <Row key={experiment.id} experiment={experiment} now={now} />
      ))}
    </ul>
  );
}

function Row({ experiment, now }: { experiment: ExperimentSummary; now: number }) {
  const { name, state, best, health, createdAt, error } = experiment;
  return (
    <li className="experiment-row" data-testid={`experiment-row-${name}`}>
      <div className="experiment-row__what">
        <ExperimentName experiment={experiment} />
        {error && <p className="experiment-row__error">{error.message}</p>}
      </div>
      <div className="experiment-row__state">
        <StateChip state={state} />
        <HealthBadge state={health.state} level={health.level} />
      </div>
      <Progress experiment={experiment} />
      <dl className="experiment-row__best">
        <div title="Quadratic weighted kappa of the best evaluation">
          <dt>QWK</dt>
          <dd>{formatMetric(best?.qwk)}</dd>
        </div>
        <div title="Balanced accuracy of the best evaluation">
          <dt>Bal. acc.</dt>
          <dd>{formatMetric(best?.balancedAccuracy)}</dd>
        </div>
      </dl>
      <time className="experiment-row__when" dateTime={createdAt} title={formatInstant(createdAt)}>
        {formatAgo(createdAt, now)}
      </time>
    </li>
  );
}

function Progress({ experiment: { state, progress, name, startedAt, endedAt } }: { experiment: ExperimentSummary }) {
  if (endedAt && startedAt && (state === 'succeeded' || state === 'stopped')) {
    return <p className="experiment-row__progress muted small">{formatDuration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)}</p>;
  }
  if (!progress || progress.updates === 0) return <p className="experiment-row__progress muted small">{state === 'queued' ? 'Waiting for a device' : state === 'placed' ? 'Starting' : ''}</p>;
  const share = progress.update / progress.updates;
  return (
    <div className="experiment-row__progress">
      <ProgressBar share={share} label={`Progress of ${name}`} tone={state === 'running' ? 'accent' : 'neutral'} />
      <p className="experiment-row__numbers">
        <span>
          {formatPercent(share)} of {formatCount(progress.updates)}
        </span>
        {state === 'running' && progress.secondsLeft !== null && <span>{formatDuration(progress.secondsLeft)} left</span>}
      </p>
    </div>
  );
}
