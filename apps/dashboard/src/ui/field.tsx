import { useId, type ReactElement, type ReactNode } from 'react';
import './field.css';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** Draws the control; spread what it gets onto it. */
  children: (control: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }) => ReactElement;
}

/** A labelled control with a hint, or with what is wrong in its place: the height stays the same. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = error !== undefined || hint !== undefined;
  return (
    <div className="field" data-invalid={error !== undefined}>
      <label htmlFor={id} className="field__label">
        {label}
      </label>
      {children({ id, 'aria-describedby': hasNote ? noteId : undefined, 'aria-invalid': error !== undefined })}
      <p id={noteId} className="field__note" role={error === undefined ? undefined : 'alert'}>
        {error ?? hint}
      </p>
    </div>
  );
}

/** Several choices under one label. */
export function FieldGroup({ label, hint, error, children, testId }: { label: string; hint?: ReactNode; error?: string | undefined; children: ReactNode; testId?: string }) {
  const noteId = useId();
  return (
    <fieldset className="field" aria-describedby={error === undefined && hint === undefined ? undefined : noteId} data-invalid={error !== undefined} data-testid={testId}>
      <legend className="field__label">{label}</legend>
      <div className="field__choices">{children}</div>
      <p id={noteId} className="field__note" role={error === undefined ? undefined : 'alert'}>
        {error ?? hint}
      </p>
    </fieldset>
  );
}

/** One choice of a group: a checkbox or a radio that looks like a pill. */
export function Choice({ type, name, checked, onChange, children, testId }: { type: 'checkbox' | 'radio'; name?: string; checked: boolean; onChange: (checked: boolean) => void; children: ReactNode; testId?: string }) {
  return (
    <label className="choice">
      <input type={type} name={name} checked={checked} onChange={(event) => onChange(event.target.checked)} data-testid={testId} />
      <span>{children}</span>
    </label>
  );
}
