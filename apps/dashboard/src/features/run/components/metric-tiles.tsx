import type { EvaluationMetrics, EventData, SelectionMetric, TaskConfig } from '@eyegazer/core';
import { formatMetric } from '../../../ui/format-number.js';

type Name = keyof EvaluationMetrics;
const words: Record<Name, { short: string; long: string; lowerIsBetter?: true }> = {
  accuracy: { short: 'Accuracy', long: 'Share of right answers; blind to a model that skips rare classes' },
  balancedAccuracy: { short: 'Balanced acc.', long: 'Mean recall over the classes' },
  qwk: { short: 'QWK', long: 'Quadratic weighted kappa: agreement that counts far misses more' },
  macroF1: { short: 'Macro F1', long: 'Mean F1 over the classes' },
  mcc: { short: 'MCC', long: 'Matthews correlation of answers and truth' },
  mae: { short: 'MAE', long: 'Mean absolute error of the grade', lowerIsBetter: true },
  rmse: { short: 'RMSE', long: 'Root mean squared error of the grade', lowerIsBetter: true },
  r2: { short: 'R²', long: 'Share of the grades’ variance that is explained' },
  loss: { short: 'Loss', long: 'Held-out loss', lowerIsBetter: true },
};
const always: Name[] = ['accuracy', 'balancedAccuracy', 'qwk', 'macroF1', 'mcc'];
const forRegression: Name[] = ['mae', 'rmse', 'r2'];

/** The newest metrics as tiles, each with its change; never accuracy alone. */
export function MetricTiles({ evaluations, task, metric }: { evaluations: readonly EventData<'evaluation'>[]; task: TaskConfig['kind']; metric: SelectionMetric }) {
  const newest = evaluations.at(-1)?.metrics;
  const before = evaluations.at(-2)?.metrics;
  const names = [...always, ...(task === 'regression' ? forRegression : []), 'loss' as const];
  return (
    <dl className="tiles">
      {names.map((name) => (
        <div key={name} className="tile" title={words[name].long} data-chosen={name === metric}>
          <dt>
            {words[name].short}
            {name === metric && <span className="tile__mark">best by</span>}
          </dt>
          <dd data-testid={`metric-${name}`}>{formatMetric(newest?.[name])}</dd>
          <Change now={newest?.[name]} before={before?.[name]} lowerIsBetter={words[name].lowerIsBetter === true} />
        </div>
      ))}
    </dl>
  );
}

function Change({ now, before, lowerIsBetter }: { now: number | null | undefined; before: number | null | undefined; lowerIsBetter: boolean }) {
  if (now == null || before == null) return <dd className="tile__change">{' '}</dd>;
  const change = now - before;
  const rounded = Math.abs(change) < 0.0005 ? 0 : change;
  const better = rounded === 0 ? 'same' : rounded > 0 !== lowerIsBetter ? 'better' : 'worse';
  return (
    <dd className="tile__change" data-better={better}>
      {rounded === 0 ? 'unchanged' : `${rounded > 0 ? '+' : '−'}${Math.abs(rounded).toFixed(3)}`}
    </dd>
  );
}
