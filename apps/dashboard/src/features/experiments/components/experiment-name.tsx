import type { ExperimentSummary } from '@eyegazer/core';
import { Link } from 'wouter';
import { taskWord } from '../../../ui/task-word.js';

/** What an experiment is called, and what it trains on what. */
export function ExperimentName({ experiment: { id, name, dataset, model, task } }: { experiment: ExperimentSummary }) {
  return (
    <>
      <Link href={`/experiments/${id}`} className="experiment-row__name">
        {name}
      </Link>
      <p className="experiment-row__facts">
        {dataset} · {model} · {taskWord(task)}
      </p>
    </>
  );
}
