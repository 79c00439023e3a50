import { formatCount } from '@eyegazer/client';
import type { EventData, ExperimentState, SelectionMetric, TaskConfig } from '@eyegazer/core';
import { isEnded } from '@eyegazer/core';
import { Empty } from '../../../ui/notice.js';
import { PairedBars } from '../../../ui/paired-bars.js';
import { ClassTable } from './class-table.js';
import { ConfusionMatrix } from './confusion-matrix.js';
import { EvaluationHistory } from './evaluation-history.js';
import { MetricTiles } from './metric-tiles.js';
import './evaluation-panel.css';

interface EvaluationPanelProps {
  evaluations: readonly EventData<'evaluation'>[];
  task: TaskConfig['kind'];
  metric: SelectionMetric;
  state: ExperimentState;
}

/** The newest evaluation on the held-out images, and how the ones before compare. */
export function EvaluationPanel({ evaluations, task, metric, state }: EvaluationPanelProps) {
  const newest = evaluations.at(-1);
  if (!newest) {
    return (
      <section className="card" data-testid="evaluation-empty">
        <Empty title="No evaluation yet">{isEnded(state) ? 'The run ended before its first evaluation.' : 'After every epoch the held-out images are answered, and every number appears here.'}</Empty>
      </section>
    );
  }
  return (
    <section className="evaluation" aria-label="Evaluation" data-testid="evaluation" data-update={newest.update} data-count={evaluations.length}>
      <div className="evaluation__head">
        <h2>Evaluation</h2>
        <p className="muted small">
          on {formatCount(newest.count)} held-out images, after update {formatCount(newest.update)} (epoch {newest.epoch.toFixed(1)})
        </p>
      </div>
      <MetricTiles evaluations={evaluations} task={task} metric={metric} />
      <div className="evaluation__grid">
        <div className="card">
          <div className="card__head">
            <h2>Confusion matrix</h2>
            <span className="muted small">rows: truth, columns: answer</span>
          </div>
          <ConfusionMatrix names={newest.classNames} confusion={newest.confusion} />
        </div>
        <div className="card">
          <div className="card__head">
            <h2>Answers against truth</h2>
          </div>
          <PairedBars names={newest.classNames} predicted={newest.predictedCounts} truth={newest.truthCounts} />
        </div>
        <div className="card">
          <div className="card__head">
            <h2>Per class</h2>
          </div>
          <ClassTable evaluation={newest} />
        </div>
        <div className="card">
          <div className="card__head">
            <h2>Over the run</h2>
          </div>
          <EvaluationHistory evaluations={evaluations} />
        </div>
      </div>
    </section>
  );
}
