import type { ReactNode } from 'react';
import { Choice, Field } from '../../../ui/field.js';
import type { Draft, NumberPath } from '../api/draft.js';
import { errorAt, useForm } from './form-context.js';

/** A number of the config, as text. */
export function NumberField({ path, label, hint, placeholder }: { path: NumberPath; label: string; hint?: ReactNode; placeholder?: string }) {
  const { draft, change, errors } = useForm();
  return (
    <Field label={label} hint={hint} error={errorAt(errors, path)}>
      {(control) => (
        <input
          {...control}
          className="input"
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={draft.numbers[path]}
          onChange={(event) => change({ numbers: { ...draft.numbers, [path]: event.target.value } })}
          data-testid={`field-${path}`}
        />
      )}
    </Field>
  );
}

type TextKey = 'name' | 'tags' | 'classWeightList';
export function TextField({ name, path, label, hint, placeholder }: { name: TextKey; path: string; label: string; hint?: ReactNode; placeholder?: string }) {
  const { draft, change, errors } = useForm();
  return (
    <Field label={label} hint={hint} error={errorAt(errors, path)}>
      {(control) => (
        <input {...control} className="input" autoComplete="off" placeholder={placeholder} value={draft[name]} onChange={(event) => change({ [name]: event.target.value })} data-testid={`field-${path}`} />
      )}
    </Field>
  );
}

type SelectKey =
  | 'modelBase' | 'regressionLoss' | 'schedule' | 'sampler' | 'augment' | 'classWeights' | 'precision' | 'recompute' | 'device'
  | 'metric' | 'onCollapse' | 'naming';
interface SelectProps<K extends SelectKey> {
  name: K;
  path: string;
  /** Another field shows what is wrong at this path. */
  quiet?: boolean;
  label: string;
  hint?: ReactNode;
  options: readonly { value: Draft[K]; text: string }[];
}

/** One of a closed set. */
export function SelectField<K extends SelectKey>({ name, path, quiet, label, hint, options }: SelectProps<K>) {
  const { draft, change, errors } = useForm();
  return (
    <Field label={label} hint={hint} error={quiet ? undefined : errorAt(errors, path)}>
      {(control) => (
        <select {...control} className="input" value={draft[name]} onChange={(event) => change({ [name]: event.target.value })} data-testid={`field-${path}`}>
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface ManyProps<T extends string | number> {
  path: string;
  options: readonly { value: T; text: string }[];
  chosen: readonly T[];
  onChange: (chosen: T[]) => void;
}

/** Any of a closed set, kept in the set's own order: for within a FieldGroup. */
export function ManyChoices<T extends string | number>({ path, options, chosen, onChange }: ManyProps<T>) {
  const toggle = (value: T, on: boolean): void => onChange(options.map((option) => option.value).filter((each) => (each === value ? on : chosen.includes(each))));
  return options.map(({ value, text }) => (
    <Choice key={value} type="checkbox" checked={chosen.includes(value)} onChange={(on) => toggle(value, on)} testId={`field-${path}-${value}`}>
      {text}
    </Choice>
  ));
}
