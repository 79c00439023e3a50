export interface EvaluationSchedule {
  every: 'epoch' | number;
  updatesPerEpoch: number;
  /** Of the whole run. */
  updates: number;
}

/** True when the held-out split is to be evaluated after so many updates; after the last one it always is. */
export function isEvaluationDue(updatesDone: number, { every, updatesPerEpoch, updates }: EvaluationSchedule): boolean {
  return updatesDone === updates || updatesDone % (every === 'epoch' ? updatesPerEpoch : every) === 0;
}

/** Evaluations that come after so many updates. */
export function countEvaluationsLeft(updatesDone: number, { every, updatesPerEpoch, updates }: EvaluationSchedule): number {
  const interval = every === 'epoch' ? updatesPerEpoch : every;
  const regular = Math.floor(updates / interval) - Math.floor(updatesDone / interval);
  return updatesDone < updates && updates % interval !== 0 ? regular + 1 : regular;
}
