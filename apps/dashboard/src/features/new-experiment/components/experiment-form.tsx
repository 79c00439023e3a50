import type { DatasetWire, ReadyModelWire } from '@eyegazer/core';
import { useMemo, useState } from 'react';
import { ButtonLink } from '../../../ui/button.js';
import { Empty } from '../../../ui/notice.js';
import { configOfDraft, type Draft } from '../api/draft.js';
import { usePlan } from '../api/use-plan.js';
import { useSubmit } from '../api/use-submit.js';
import { AdvancedSection } from './advanced-section.js';
import { AdapterSection } from './adapter-section.js';
import { DataSection, TrainingSection } from './form-sections.js';
import { FormContext } from './form-context.js';
import { PlanPanel } from './plan-panel.js';

/** The whole form beside the plan that it makes. */
export function ExperimentForm({ start, datasets, models }: { start: Draft; datasets: readonly DatasetWire[]; models: readonly ReadyModelWire[] }) {
  const [draft, setDraft] = useState(start);
  const config = useMemo(() => configOfDraft(draft), [draft]);
  const plan = usePlan(config);
  const submit = useSubmit();
  const form = useMemo(() => ({ draft, errors: plan.errors, change: (changes: Partial<Draft>) => setDraft((current) => ({ ...current, ...changes })) }), [draft, plan.errors]);
  const missing = draft.dataset === '' ? 'dataset' : draft.modelBase === '' ? 'model' : null;

  if (missing) return <Missing what={missing} />;
  return (
    <FormContext value={form}>
      <form
        className="experiment-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (plan.answer && !plan.checking && !submit.isPending) submit.mutate(config);
        }}
      >
        <div className="experiment-form__fields">
          <DataSection datasets={datasets} models={models} />
          <AdapterSection />
          <TrainingSection />
          <AdvancedSection />
        </div>
        <PlanPanel plan={plan} draft={draft} submitting={submit.isPending} />
      </form>
    </FormContext>
  );
}

function Missing({ what }: { what: 'dataset' | 'model' }) {
  const dataset = what === 'dataset';
  return (
    <div className="card">
      <Empty
        title={dataset ? 'First, a dataset' : 'First, a base model'}
        actions={
          <ButtonLink href={dataset ? '/datasets?import=1' : '/models?add=1'} look="primary" icon={dataset ? 'import' : 'plus'}>
            {dataset ? 'Import a dataset' : 'Add a model'}
          </ButtonLink>
        }
      >
        {dataset ? 'An experiment trains on a dataset that has been imported and checked. There is none ready yet.' : 'An experiment adapts a pretrained vision transformer. There is none here yet.'}
      </Empty>
    </div>
  );
}
