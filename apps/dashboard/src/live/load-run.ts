import type { ApiClient } from '@eyegazer/client';
import { eventTypes, type ExperimentEvent } from '@eyegazer/core';
import { createRunState, reduceRun, type RunState } from './run-state.js';

const maxPoints = 2000;
const pageSize = 5000;
/** Points come as series, and of all progress only the newest counts, which the experiment has: a long run's log is mostly these two. */
const foldedTypes = eventTypes.filter((type) => type !== 'metrics' && type !== 'progress');

/**
 * Loads an experiment's past: series as buckets, everything else from the log. Live events after its `seq` go on from here.
 *
 * The log is read first: what is read afterwards then holds everything up to `seq`, and points that it holds beyond that are
 * known by the series' own `upTo` when they come again.
 */
export async function loadRun(api: Pick<ApiClient, 'getExperiment' | 'getSeries' | 'listEvents'>, id: string, signal: AbortSignal): Promise<RunState> {
  const events: ExperimentEvent[] = [];
  let seq: number | null = null;
  while (seq === null) {
    const page = await api.listEvents(id, { after: events.at(-1)?.seq ?? 0, limit: pageSize, types: foldedTypes, signal });
    events.push(...page.items);
    if (page.items.length < pageSize) seq = page.lastSeq;
  }
  const [detail, series] = await Promise.all([api.getExperiment(id, { signal }), api.getSeries(id, { maxPoints, signal })]);
  return { ...reduceRun(createRunState(detail, series), events), seq, progress: detail.progress };
}
