import { formatPercent } from '@eyegazer/client';
import type { ExperimentDetail } from '@eyegazer/core';
import { viewHealth } from '../../../live/standing-findings.js';
import { useRun } from '../../../live/use-run.js';
import type { RunState } from '../../../live/run-state.js';
import { Failure, Loading } from '../../../ui/notice.js';
import { experimentStateWord } from '../../../ui/state-chip.js';
import { useTitle } from '../../../ui/use-title.js';
import { useExperiment } from '../api/use-run-actions.js';
import { AttemptsCard } from './attempts-card.js';
import { ArtifactsCard } from './artifacts-card.js';
import { ConfigCard } from './config-card.js';
import { EvaluationPanel } from './evaluation-panel.js';
import { HealthBanner } from './health-banner.js';
import { LogCard } from './log-card.js';
import { LossCard } from './loss-card.js';
import { PlanCard } from './plan-card.js';
import { ProgressStrip } from './progress-strip.js';
import { RunHead } from './run-head.js';
import { SideCharts } from './side-charts.js';
import './run-page.css';

/** One experiment, live. */
export function RunPage({ id }: { id: string }) {
  const experiment = useExperiment(id);
  const run = useRun(id);
  const error = experiment.error ?? run.error ?? (run.status.phase === 'failed' ? new Error(run.status.error.message) : null);
  if (experiment.data && run.state) {
    return (
      <>
        {error && <Failure error={error} onRetry={run.retry} />}
        <Content experiment={experiment.data} run={run.state} />
      </>
    );
  }
  if (!error) return <Loading lines={8} />;
  const retry = (): void => {
    void experiment.refetch();
    run.retry();
  };
  return <Failure error={error} onRetry={retry} way={{ href: '/', word: 'To the experiments' }} />;
}

function Content({ experiment, run }: { experiment: ExperimentDetail; run: RunState }) {
  const { id, name, config } = experiment;
  const share = run.state === 'running' && run.progress && run.progress.updates > 0 ? run.progress.update / run.progress.updates : null;
  useTitle(`${share === null ? experimentStateWord(run.state) : formatPercent(share)} · ${name}`);
  const evaluation = run.evaluations.at(-1) ?? null;
  const health = viewHealth(run.findings, evaluation?.update ?? null);
  return (
    <div className="run stack">
      <RunHead experiment={experiment} run={run} />
      <ProgressStrip run={run} />
      <HealthBanner experimentId={id} health={health} hasEvaluation={evaluation !== null} />
      <div className="run__charts">
        <LossCard series={run.series} evaluations={run.evaluations} />
        <SideCharts series={run.series} />
      </div>
      <EvaluationPanel evaluations={run.evaluations} task={config.task.kind} metric={config.evaluation.metric} state={run.state} />
      <div className="run__details">
        <div className="stack">
          <PlanCard plan={run.plan} adapter={experiment.config.adapter} submitted={experiment.plan} warnings={experiment.warnings} />
          <AttemptsCard attempts={experiment.attempts} />
        </div>
        <div className="stack">
          <ArtifactsCard id={id} artifacts={run.artifacts} state={run.state} />
          <LogCard log={run.log} />
        </div>
        <ConfigCard config={config} />
      </div>
    </div>
  );
}
