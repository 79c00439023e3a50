import { selectionMetrics } from '@eyegazer/core';
import { useState } from 'react';
import { Choice, FieldGroup } from '../../../ui/field.js';
import { useForm } from './form-context.js';
import { NumberField, SelectField, TextField } from './form-fields.js';

const metricWords: Record<(typeof selectionMetrics)[number], string> = {
  qwk: 'Quadratic weighted kappa',
  accuracy: 'Accuracy',
  balancedAccuracy: 'Balanced accuracy',
  macroF1: 'Macro F1',
  mcc: 'Matthews correlation',
  loss: 'Held-out loss',
};

const advancedPaths = ['training.weightDecay', 'training.clipNorm', 'training.microBatch', 'training.sampler', 'model.imageSize', 'adapter.useRslora', 'evaluation', 'health', 'export', 'resources', 'tags'];

/** What rarely needs a change; it opens by itself when something in it is wrong, and stays open when that is mended. */
export function AdvancedSection() {
  const { draft, change, errors } = useForm();
  const [open, setOpen] = useState(false);
  const hasError = Object.keys(errors).some((at) => advancedPaths.some((path) => at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`)));
  return (
    <details className="card fold" open={open || hasError} onToggle={({ currentTarget }) => setOpen(currentTarget.open)} data-testid="advanced">
      <summary>
        <h2>Advanced</h2>
        <span className="muted small">optimizer, sampling, evaluation, health, export</span>
      </summary>
      <div className="form-grid form-grid--three fold__body">
        <NumberField path="training.weightDecay" label="Weight decay" hint="AdamW" />
        <NumberField path="training.clipNorm" label="Clip gradient norm" hint="Largest norm of an update" />
        <NumberField path="training.microBatch" label="Micro-batch" hint="auto, or images at once" />
        <SelectField
          name="sampler"
          path="training.sampler"
          label="Sampling"
          options={[
            { value: 'shuffle', text: 'Shuffle' },
            { value: 'balanced', text: 'Balanced over classes' },
          ]}
        />
        <NumberField path="model.imageSize" label="Image size" hint="Pixels" placeholder="The model's own" />
        <NumberField path="evaluation.every" label="Evaluate every" hint="epoch, or a number of updates" />
        <SelectField name="metric" path="evaluation.metric" label="Best by" options={selectionMetrics.map((value) => ({ value, text: metricWords[value] }))} />
        <SelectField
          name="onCollapse"
          path="health.onCollapse"
          label="On collapse"
          options={[
            { value: 'flag', text: 'Flag and go on' },
            { value: 'stop', text: 'Stop the run' },
          ]}
        />
        <SelectField
          name="naming"
          path="export.naming"
          label="Adapter names"
          hint="Dual loads in every Transformers"
          options={[
            { value: 'dual', text: 'Dual' },
            { value: 'classic', text: 'Classic (to 5.8)' },
            { value: 'new', text: 'New (from 5.9)' },
          ]}
        />
        <NumberField path="resources.priority" label="Priority" hint="Higher goes first" />
        <TextField name="tags" path="tags" label="Tags" hint="Separated by commas" />
        <FieldGroup label="Scaling" hint="Rank-stabilised: alpha / √r" error={errors['adapter.useRslora']}>
          <Choice type="checkbox" checked={draft.useRslora} onChange={(useRslora) => change({ useRslora })} testId="field-adapter.useRslora">
            rsLoRA
          </Choice>
        </FieldGroup>
      </div>
    </details>
  );
}
