import { parseExperimentConfig, type SubmitAnswer } from '@eyegazer/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useBackend } from '../../../api/backend.js';
import { useDebounced } from '../../../ui/use-debounced.js';
import { errorsByPath } from './errors-by-path.js';

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
