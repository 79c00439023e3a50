import type { FollowStatus } from '@eyegazer/client';
import type { ExperimentEvent } from '@eyegazer/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useBackend } from '../api/backend.js';
import { cacheKeys } from '../api/shared-queries.js';
import { loadRun } from './load-run.js';
import { reduceRun, type RunState } from './run-state.js';
import { createThrottle } from './throttle.js';

export interface Run {
  state: RunState | null;
  status: FollowStatus;
  /** Why the page cannot show the run at all. */
  error: unknown;
  retry: () => void;
}

/** Events that arrive within this time are folded together: twenty redraws a second are enough for an eye. */
const gatherMs = 50;

/** Loads an experiment's past once, then follows its log; every event is folded exactly once. */
export function useRun(id: string): Run {
  const { api, stream } = useBackend();
  const queries = useQueryClient();
  const past = useQuery({ queryKey: ['run', id], queryFn: ({ signal }) => loadRun(api, id, signal), gcTime: 0 });
  const [live, setLive] = useState<{ past: RunState; state: RunState } | null>(null);
  const [status, setStatus] = useState<FollowStatus>({ phase: 'connecting' });

  useEffect(() => {
    const start = past.data;
    if (!start) return;
    let waiting: ExperimentEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      const events = waiting;
      waiting = [];
      timer = undefined;
      setLive((current) => ({ past: start, state: reduceRun(current?.past === start ? current.state : start, events) }));
    };
    const refresh = createThrottle(() => void queries.invalidateQueries({ queryKey: [cacheKeys.experiment, id] }), 400);
    const stop = stream.watchExperiment({
      experimentId: id,
      after: start.seq,
      onStatus: setStatus,
      onEvents: (events) => {
        waiting.push(...events);
        timer ??= setTimeout(flush, gatherMs);
        if (events.some(({ type }) => type === 'state' || type === 'plan')) refresh.call();
      },
    });
    return () => {
      stop();
      refresh.stop();
      clearTimeout(timer);
    };
  }, [id, past.data, queries, stream]);

  return {
    state: past.data ? (live?.past === past.data ? live.state : past.data) : null,
    status,
    error: past.error,
    retry: () => void past.refetch(),
  };
}
