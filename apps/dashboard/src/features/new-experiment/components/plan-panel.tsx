import { formatCount, formatNumber } from '@eyegazer/client';
import { learningRateAt, type SubmitAnswer } from '@eyegazer/core';
import { Button } from '../../../ui/button.js';
import { Icon } from '../../../ui/icon.js';
import type { Draft } from '../api/draft.js';
import type { Plan } from '../api/use-plan.js';

/** What the experiment will do, counted by a dry run; the button beside it does it. */
export function PlanPanel({ plan, draft, submitting }: { plan: Plan; draft: Draft; submitting: boolean }) {
  const { answer, errors, checking } = plan;
  const wrong = Object.entries(errors);
  return (
    <aside className="plan" aria-label="What this will do">
      <div className="card plan__card" data-checking={checking}>
        <p className="plan__big">
          <strong data-testid="planned-updates" data-checking={checking}>
            {answer ? formatCount(answer.plan.updates) : '–'}
          </strong>
          <span>optimizer updates</span>
        </p>
        <Schedule answer={answer} />
        <dl className="plan__facts">
          <Fact name="Updates per epoch" value={answer?.plan.updatesPerEpoch} testId="planned-updates-per-epoch" />
          <Fact name="Images to train on" value={answer?.plan.trainSamples} testId="planned-train" />
          <Fact name="Images held out" value={answer?.plan.evalSamples} testId="planned-eval" />
          <Fact name="Trainable parameters" value={answer?.plan.trainableParameters} testId="planned-parameters" />
        </dl>
        {wrong.length > 0 && (
          <ul className="plan__notes" role="alert" data-testid="plan-errors">
            {wrong.map(([path, message]) => (
              <li key={path} className="plan__note plan__note--critical">
                <Icon name="alert" />
                <span>
                  {path !== '' && <code>{path} </code>}
                  {message}
                </span>
              </li>
            ))}
          </ul>
        )}
        <Button type="submit" look="primary" icon="play" busy={submitting} disabled={!answer || checking} testId="submit-experiment">
          Start training
        </Button>
        <p className="plan__name muted small">{answer ? `as “${draft.name.trim() === '' ? answer.name : draft.name.trim()}”` : ' '}</p>
        {answer && answer.warnings.length > 0 && (
          <ul className="plan__notes" data-testid="plan-warnings">
            {answer.warnings.map(({ rule, message }) => (
              <li key={rule + message} className="plan__note plan__note--warning" data-rule={rule}>
                <Icon name="alert" />
                <span>{message}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </aside>
  );
}

function Fact({ name, value, testId }: { name: string; value: number | undefined; testId: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={testId}>{value === undefined ? '–' : formatCount(value)}</dd>
    </div>
  );
}

const mostSteps = 80;

/** The learning rate over the run, as it will be. */
function Schedule({ answer }: { answer: SubmitAnswer | null }) {
  const training = answer?.config.training;
  const updates = answer?.plan.updates ?? 0;
  const steps = Math.min(mostSteps, updates - 1);
  const points =
    training && updates > 0
      ? Array.from({ length: steps + 1 }, (_, i) => {
          const rate = learningRateAt(Math.round((i / Math.max(1, steps)) * (updates - 1)), { schedule: training.schedule, learningRate: training.learningRate, warmupRatio: training.warmupRatio, updates });
          return `${((200 * i) / Math.max(1, steps)).toFixed(1)},${(38 - 34 * (rate / training.learningRate)).toFixed(1)}`;
        })
      : [];
  return (
    <figure className="plan__schedule">
      <svg viewBox="0 0 200 40" preserveAspectRatio="none" aria-hidden="true">
        {points.length > 0 && (
          <>
            <polygon points={`0,40 ${points.join(' ')} 200,40`} />
            <polyline points={points.join(' ')} />
          </>
        )}
      </svg>
      <figcaption>{training ? `learning rate up to ${formatNumber(training.learningRate)}` : ' '}</figcaption>
    </figure>
  );
}
