import { loraTargetModules } from '@eyegazer/core';
import { Choice, FieldGroup } from '../../../ui/field.js';
import { chooseMethod, type Draft } from '../api/draft.js';
import { errorAt, useForm } from './form-context.js';
import { ManyChoices, NumberField } from './form-fields.js';

const methods: { value: Draft['method']; text: string; hint: string }[] = [
  { value: 'lora', text: 'LoRA adapter', hint: 'A small update of the layers chosen below; the result is an adapter for Hugging Face PEFT.' },
  { value: 'head', text: 'Head only', hint: 'The last layer alone, on what the frozen model sees: fast, and the measure that the others have to beat.' },
  { value: 'full', text: 'Everything', hint: 'Every weight, for small models: takes much memory and a low learning rate.' },
];

/** What of the model trains. */
export function AdapterSection() {
  const { draft, change, errors } = useForm();
  return (
    <section className="card">
      <div className="card__head">
        <h2>What trains</h2>
      </div>
      <FieldGroup label="Method" hint={methods.find(({ value }) => value === draft.method)?.hint} error={errors['adapter.method']} testId="field-adapter.method">
        {methods.map(({ value, text }) => (
          <Choice key={value} type="radio" name="method" checked={draft.method === value} onChange={() => change(chooseMethod(draft, value))} testId={`field-adapter.method-${value}`}>
            {text}
          </Choice>
        ))}
      </FieldGroup>
      {draft.method === 'lora' && <LoraFields />}
    </section>
  );
}

function LoraFields() {
  const { draft, change, errors } = useForm();
  return (
    <>
      <div className="form-grid form-grid--three">
        <NumberField path="adapter.r" label="Rank r" hint="Width of the update" />
        <NumberField path="adapter.alpha" label="Alpha" hint={draft.useRslora ? 'Scale: alpha / √r' : 'Scale: alpha / r'} />
        <NumberField path="adapter.dropout" label="Dropout" hint="0 to below 1" />
      </div>
      <FieldGroup
        label="Target modules"
        hint={draft.allLinear ? 'Every linear layer of every block gets an adapter' : 'Linear layers of every block that get an adapter'}
        error={errorAt(errors, 'adapter.targetModules')}
        testId="field-adapter.targetModules"
      >
        <Choice type="checkbox" checked={draft.allLinear} onChange={(allLinear) => change({ allLinear })} testId="field-adapter.targetModules-all-linear">
          all-linear
        </Choice>
        {!draft.allLinear && (
          <ManyChoices options={loraTargetModules.map((value) => ({ value, text: value }))} chosen={draft.targetModules} path="adapter.targetModules" onChange={(targetModules) => change({ targetModules })} />
        )}
      </FieldGroup>
      <FieldGroup label="Scaling" hint="Rank-stabilised: alpha / √r instead of alpha / r, for high ranks" error={errors['adapter.useRslora']}>
        <Choice type="checkbox" checked={draft.useRslora} onChange={(useRslora) => change({ useRslora })} testId="field-adapter.useRslora">
          rsLoRA
        </Choice>
      </FieldGroup>
    </>
  );
}
