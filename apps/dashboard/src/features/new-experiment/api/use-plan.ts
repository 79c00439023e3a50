import { AppError, parseExperimentConfig, type SubmitAnswer } from '@eyegazer/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useBackend } from '../../../api/backend.js';
import { useDebounced } from '../../../ui/use-debounced.js';

export interface Plan {
  answer: SubmitAnswer | null;
  /** Messages by config path; `''` for what belongs to no field. */
  errors: Record<string, string>;
  /** True while what is shown is older than the form. */
  checking: boolean;
}

const restMs = 300;

/** Checks a config while it is typed: its shape here at once, its fit to dataset and model by a dry run on the server. */
export function usePlan(config: Record<string, unknown>): Plan {
  const { api } = useBackend();
  const text = JSON.stringify(config);
  const rested = useDebounced(text, restMs);
  const dryRun = useQuery({
    queryKey: ['plan', rested],
    queryFn: ({ signal }) => {
      const value: unknown = JSON.parse(rested);
      parseExperimentConfig(value);
      return api.planExperiment(value, { signal });
    },
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 30_000,
    staleTime: 5000,
  });
  return {
    answer: dryRun.isError ? null : (dryRun.data ?? null),
    errors: dryRun.error ? errorsByPath(dryRun.error) : {},
    checking: dryRun.isFetching || rested !== text,
  };
}

/** The messages of a refusal, each under the path of its field. */
export function errorsByPath(error: unknown): Record<string, string> {
  if (!(error instanceof AppError)) return { '': error instanceof Error ? error.message : String(error) };
  const issues = error.details?.['issues'];
  const found: Record<string, string> = {};
  if (Array.isArray(issues)) {
    for (const issue of issues as unknown[]) if (isIssue(issue)) found[issue.path] ??= issue.message;
  }
  if (Object.keys(found).length > 0) return found;
  const path = error.path ?? '';
  return { [path]: error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : error.message };
}

function isIssue(value: unknown): value is { path: string; message: string } {
  return typeof value === 'object' && value !== null && 'path' in value && 'message' in value && typeof value.path === 'string' && typeof value.message === 'string';
}
