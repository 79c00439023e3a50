import { createEventStream } from '@eyegazer/client';
import { AppError, isEnded, type ExperimentEvent, type ExperimentState } from '@eyegazer/core';
import type { Connection } from '../context.js';

export interface FollowRunOptions {
  id: string;
  /** Sequence number of the last event that is known already, and the state after it. */
  after: number;
  state: ExperimentState | null;
  signal: AbortSignal;
  onEvents: (events: readonly ExperimentEvent[]) => void;
  /** False while the connection is lost; it comes back by itself. */
  onConnected?: (connected: boolean) => void;
}

/**
 * Follows an experiment's log to the end of its run, through any loss of connection.
 * @returns the state it ended in, after every event up to there; null once the signal aborts
 * @throws AppError when the log cannot be followed
 */
export function followRun({ server, api }: Connection, options: FollowRunOptions): Promise<ExperimentState | null> {
  const stream = createEventStream({ baseUrl: server.url, token: server.token ?? undefined, fetchEvents: (id, after) => api.listEvents(id, { after }) });
  const followed = new Promise<ExperimentState | null>((resolve, reject) => {
    let { state } = options;
    let isLive = false;
    let wasConnected = false;
    const settle = (): void => {
      // A failed run may have been retried since: only the end of the whole log counts.
      if (isLive && state !== null && isEnded(state)) resolve(state);
    };
    options.signal.addEventListener('abort', () => resolve(null), { once: true });
    if (options.signal.aborted) return resolve(null);
    stream.watchExperiment({
      experimentId: options.id,
      after: options.after,
      onEvents(events) {
        try {
          for (const event of events) if (event.type === 'state') state = event.data.state;
          options.onEvents(events);
          settle();
        } catch (error) {
          reject(error);
        }
      },
      onStatus(status) {
        if (status.phase === 'failed') return reject(new AppError(status.error.code, status.error.message, status.error.details ? { details: status.error.details } : {}));
        isLive = status.phase === 'live';
        const isConnected = status.phase !== 'connecting';
        // Before the first connection nothing is lost.
        if (isConnected || wasConnected) options.onConnected?.(isConnected);
        wasConnected ||= isConnected;
        settle();
      },
    });
  });
  return followed.finally(() => stream.close());
}
