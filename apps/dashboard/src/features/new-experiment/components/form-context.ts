import { createContext, useContext } from 'react';
import type { Draft } from '../api/draft.js';

export interface FormState {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  /** Messages by config path. */
  errors: Record<string, string>;
}

export const FormContext = createContext<FormState | null>(null);

/** @throws Error outside of FormContext */
export function useForm(): FormState {
  const form = useContext(FormContext);
  if (!form) throw new Error('useForm needs a FormContext around it.');
  return form;
}

/** The message at a path or anywhere below it. */
export function errorAt(errors: Record<string, string>, path: string): string | undefined {
  return errors[path] ?? Object.entries(errors).find(([at]) => at.startsWith(`${path}.`) || at.startsWith(`${path}[`))?.[1];
}
