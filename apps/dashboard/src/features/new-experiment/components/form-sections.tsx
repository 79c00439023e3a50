import { formatParameters } from '@eyegazer/client';
import type { DatasetWire, ReadyModelWire } from '@eyegazer/core';
import { Choice, FieldGroup } from '../../../ui/field.js';
import type { Draft } from '../api/draft.js';
import { errorAt, useForm } from './form-context.js';
import { DatasetFields, useChosenVersion } from './dataset-fields.js';
import { ManyChoices, NumberField, SelectField, TextField } from './form-fields.js';
import { withChosen } from './with-chosen.js';

const taskKinds: { value: Draft['taskKind']; text: string; hint: string }[] = [
  { value: 'multiclass', text: 'Every class', hint: 'One answer among all classes of the dataset.' },
  { value: 'binary', text: 'Healthy or not', hint: 'Two answers: the classes chosen below against the rest.' },
  { value: 'regression', text: 'Regression', hint: 'A grade on a line, cut into classes afterwards: for classes that are ordered.' },
];

const imageSteps: { value: Draft['imageSteps'][number]; text: string }[] = [
  { value: 'cropToDisc', text: 'Cut to the disc' },
  { value: 'localMean', text: 'Even out light and colour' },
  { value: 'circularMask', text: 'Blacken the rim' },
];

/** What to learn, from what, starting where. */
export function DataSection({ datasets, models }: { datasets: readonly DatasetWire[]; models: readonly ReadyModelWire[] }) {
  const { draft, change, errors } = useForm();
  const chosen = useChosenVersion(datasets, draft.dataset);
  const model = models.find(({ name }) => name === draft.modelBase);
  const classNames = chosen.version?.classNames ?? [];
  const positive = draft.positive ?? classNames.map((_, id) => id).slice(1);
  return (
    <section className="card">
      <div className="card__head">
        <h2>What to learn</h2>
      </div>
      <DatasetFields datasets={datasets} chosen={chosen} />
      <div className="form-grid">
        <SelectField
          name="modelBase"
          path="model.base"
          label="Base model"
          hint={model ? `${formatParameters(model.parameterCount)} parameters, ${model.imageSize} px` : undefined}
          options={withChosen(models.map(({ name }) => name), draft.modelBase)}
        />
      </div>
      <FieldGroup label="Task" hint={taskKinds.find(({ value }) => value === draft.taskKind)?.hint} error={errorAt(errors, 'task.kind') ?? errors['task']} testId="field-task.kind">
        {taskKinds.map(({ value, text }) => (
          <Choice key={value} type="radio" name="task" checked={draft.taskKind === value} onChange={() => change({ taskKind: value })} testId={`field-task.kind-${value}`}>
            {value === 'multiclass' && classNames.length > 0 ? `${classNames.length} classes` : text}
          </Choice>
        ))}
      </FieldGroup>
      {draft.taskKind === 'binary' && (
        <FieldGroup label="Positive classes" hint="Counted as “not healthy”" error={errorAt(errors, 'task.positive')} testId="field-task.positive">
          <ManyChoices options={classNames.map((name, id) => ({ value: id, text: name }))} chosen={positive} path="task.positive" onChange={(chosen) => change({ positive: chosen })} />
        </FieldGroup>
      )}
      {draft.taskKind === 'regression' && (
        <SelectField
          name="regressionLoss"
          path="task.loss"
          label="Loss"
          options={[
            { value: 'mse', text: 'Mean squared error' },
            { value: 'smoothL1', text: 'Smooth L1 (forgives outliers)' },
          ]}
        />
      )}
      <TextField name="name" path="name" label="Name" placeholder="Made from the model, the dataset and the task" hint="How it will be found again" />
    </section>
  );
}

/** How long, how fast, in which steps. */
export function TrainingSection() {
  const { draft, change, errors } = useForm();
  return (
    <section className="card">
      <div className="card__head">
        <h2>Training</h2>
      </div>
      <div className="form-grid form-grid--three">
        <NumberField path="training.epochs" label="Epochs" hint="Passes over the data" />
        <NumberField path="training.effectiveBatch" label="Effective batch" hint="Images per update" />
        <NumberField path="training.learningRate" label="Learning rate" hint="At its peak" />
        <SelectField
          name="schedule"
          path="training.schedule"
          label="Schedule"
          options={[
            { value: 'linear', text: 'Linear to zero' },
            { value: 'cosine', text: 'Cosine to zero' },
            { value: 'constant', text: 'Constant' },
          ]}
        />
        <NumberField path="training.warmupRatio" label="Warm-up" hint="Share of all updates, 0 to 1" />
        <NumberField path="training.seed" label="Seed" hint="Same seed, same run" />
      </div>
      <SelectField
        name="augment"
        path="training.augment.preset"
        label="Augmentation"
        hint="How every training image is varied; held-out images never are"
        options={[
          { value: 'standard', text: 'Standard: crops of half to all, flips' },
          { value: 'tutorial', text: 'Tutorial: crops from 8 %, flips' },
          { value: 'fundus', text: 'Fundus: crops from 80 %, flips both ways, any rotation, changes of light' },
          { value: 'none', text: 'None' },
        ]}
      />
      <FieldGroup label="Photographs of a fundus" hint="Done to every image before everything else, in training and evaluation; whoever uses the model has to do it too" error={errorAt(errors, 'images')} testId="field-images">
        <ManyChoices options={imageSteps} chosen={draft.imageSteps} path="images" onChange={(chosen) => change({ imageSteps: chosen })} />
      </FieldGroup>
    </section>
  );
}
