import { selectionMetrics } from '@eyegazer/core';
import { useState, type ReactNode } from 'react';
import type { Draft } from '../api/draft.js';
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

const devices = [
  { value: 'any', text: 'Any' },
  { value: 'cpu', text: 'CPU' },
  { value: 'webgpu', text: 'GPU (WebGPU)' },
  { value: 'cuda', text: 'GPU (CUDA)' },
] as const;

const precisionHints: Record<Draft['precision'], string> = {
  auto: 'fp16 on a GPU, fp32 on a CPU',
  fp32: 'Exact, as PyTorch',
  fp16: 'Waits for a GPU',
  int8: 'Frozen weights in 8 bits',
  int4: 'Frozen weights in 4 bits',
};
const precisionOptions = (['auto', 'fp32', 'fp16', 'int8', 'int4'] as const).map((value) => ({ value, text: value }));

const recomputeHints: Record<Draft['recompute'], string> = {
  auto: 'What memory asks for',
  none: 'Keeps everything for the backward pass',
  selective: 'Norms, GELU, attention: less memory',
  full: 'Whole layers: least memory, most time',
};
const recomputeOptions = (['auto', 'none', 'selective', 'full'] as const).map((value) => ({ value, text: value }));

const advancedPaths = [
  'training.weightDecay', 'training.clipNorm', 'training.ema', 'training.sampler', 'training.classWeights', 'training.precision', 'training.recompute', 'training.microBatch',
  'model.imageSize', 'evaluation', 'health', 'export', 'resources', 'tags',
];

/** What rarely needs a change; it opens by itself when something in it is wrong, and stays open when that is mended. */
export function AdvancedSection() {
  const { draft, errors } = useForm();
  const [open, setOpen] = useState(false);
  const hasError = Object.keys(errors).some((at) => advancedPaths.some((path) => at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`)));
  return (
    <details className="card fold" open={open || hasError} onToggle={({ currentTarget }) => setOpen(currentTarget.open)} data-testid="advanced">
      <summary>
        <h2>Advanced</h2>
        <span className="muted small">optimizer, classes, precision and memory, device, evaluation, result</span>
      </summary>
      <div className="fold__body">
        <Group title="Optimizer">
          <NumberField path="training.weightDecay" label="Weight decay" hint={draft.base.training.noDecay === null ? 'AdamW; spares biases and norms' : 'AdamW'} />
          <NumberField path="training.clipNorm" label="Clip gradient norm" hint="Largest norm of an update" />
          <NumberField path="training.ema" label="Weight average" hint="Decay of the EMA, e.g. 0.999" placeholder="None" />
        </Group>
        <ImagesAndClasses />
        <Group title="Computing">
          <SelectField name="device" path="resources.device" label="Device" hint={draft.device === 'any' ? 'The fastest kind that is free' : 'Waits for one of this kind'} options={devices} />
          <SelectField name="precision" path="training.precision" label="Precision" hint={precisionHints[draft.precision]} options={precisionOptions} />
          <SelectField name="recompute" path="training.recompute" label="Recompute" hint={recomputeHints[draft.recompute]} options={recomputeOptions} />
          <NumberField path="training.microBatch" label="Micro-batch" hint="auto, or images at once" />
          <NumberField path="resources.priority" label="Priority" hint="Higher goes first" />
        </Group>
        <Group title="Evaluation and result">
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
          <AdapterNaming />
          <TextField name="tags" path="tags" label="Tags" hint="Separated by commas" />
        </Group>
      </div>
    </details>
  );
}

function ImagesAndClasses() {
  const { draft } = useForm();
  return (
    <Group title="Images and classes">
      <NumberField path="model.imageSize" label="Image size" hint="Pixels, a multiple of the patch" placeholder="The model's own" />
      <SelectField
        name="sampler"
        path="training.sampler"
        label="Sampling"
        hint="How often a class is drawn"
        options={[
          { value: 'shuffle', text: 'Shuffle' },
          { value: 'balanced', text: 'Balanced over classes' },
        ]}
      />
      {draft.taskKind !== 'regression' && (
        <SelectField
          name="classWeights"
          path="training.classWeights"
          quiet={draft.classWeights === 'custom'}
          label="Class weights"
          hint="What a class counts in the loss"
          options={[
            { value: 'none', text: 'All the same' },
            { value: 'balanced', text: 'Rare classes more' },
            { value: 'custom', text: 'As listed' },
          ]}
        />
      )}
      {draft.taskKind !== 'regression' && draft.classWeights === 'custom' && (
        <TextField name="classWeightList" path="training.classWeights" label="Weights" hint="One number per class, with commas" placeholder="1, 2.5, 4" />
      )}
    </Group>
  );
}

/** Only adapters are named in two ways. */
function AdapterNaming() {
  const { draft } = useForm();
  if (draft.method !== 'lora') return null;
  return (
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
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="fold__group">
      <h3>{title}</h3>
      <div className="form-grid form-grid--three">{children}</div>
    </section>
  );
}
