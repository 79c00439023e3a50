import { formatBytes, formatCount } from '@eyegazer/client';
import { describeAdapter, type AdapterConfig, type EventData, type ExperimentDetail, type RecomputeMode } from '@eyegazer/core';
import { Fact } from '../../../ui/fact.js';
import { Icon } from '../../../ui/icon.js';

interface PlanCardProps {
  plan: EventData<'plan'> | null;
  adapter: AdapterConfig;
  submitted: ExperimentDetail['plan'];
  warnings: ExperimentDetail['warnings'];
}

const recomputeWords: Readonly<Record<RecomputeMode, string>> = { none: 'nothing', selective: 'cheap parts of the backward pass', full: 'whole layers' };

/** What was planned: known at submit, and the rest once a device is given. */
export function PlanCard({ plan, adapter, submitted, warnings }: PlanCardProps) {
  return (
    <section className="card" data-testid="plan">
      <div className="card__head">
        <h2>Plan</h2>
      </div>
      <dl className="facts">
        <Fact name="Updates">{`${formatCount(submitted.updates)} (${formatCount(submitted.updatesPerEpoch)} per epoch)`}</Fact>
        <Fact name="Trained on">{`${formatCount(submitted.trainSamples)} images`}</Fact>
        <Fact name="Held out">{`${formatCount(submitted.evalSamples)} images`}</Fact>
        <Fact name="Trains">{`${describeAdapter(adapter)}, ${formatCount(submitted.trainableParameters)} parameters`}</Fact>
        <Fact name="Effective batch">{plan ? batchWords(plan) : 'known once placed'}</Fact>
        <Fact name="Device">{plan ? plan.deviceName : 'known once placed'}</Fact>
        {plan && <Fact name="Engine">{plan.engine}</Fact>}
        {plan && <Fact name="Precision">{plan.precision}</Fact>}
        {plan && <Fact name="Recomputed">{recomputeWords[plan.recompute]}</Fact>}
        {plan && <Fact name="Memory, estimated">{formatBytes(plan.estimatedBytes)}</Fact>}
      </dl>
      {warnings.length > 0 && (
        <ul className="plan-warnings">
          {warnings.map(({ rule, message }) => (
            <li key={rule + message}>
              <Icon name="alert" />
              <span>{message}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** `64 = 2 × 32`, or the pieces one by one where they differ. */
function batchWords({ effectiveBatch, microBatch, pieces }: EventData<'plan'>): string {
  const first = pieces[0] ?? 0;
  const split = pieces.every((piece) => piece === first) ? (pieces.length > 1 ? ` = ${pieces.length} × ${first}` : '') : ` = ${pieces.join(' + ')}`;
  return `${formatCount(effectiveBatch)}${split}, at most ${formatCount(microBatch)} at once`;
}
