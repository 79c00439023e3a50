import type { EventType, ExperimentEvent, SeriesAnswer, WrittenEvent } from '@eyegazer/core';

export interface AppendEvents {
  experimentId: string;
  /** The attempt's number. */
  attempt: number;
  /** At most 10,000; `counter` is the writer's own number. */
  events: WrittenEvent[];
}

/** The durable log of every experiment. Sequence numbers are gap-free per experiment, from 1. */
export interface EventLog {
  /**
   * Appends in one transaction and answers the experiment's last seq; counters that are in the log already change nothing.
   * @throws AppError FENCED when the attempt is not the newest or has ended, NOT_FOUND, BAD_REQUEST
   */
  append(input: AppendEvents): Promise<{ lastSeq: number }>;
  /** Events with `seq > after`, in order, at most `limit`; with `types` only those. @throws AppError NOT_FOUND */
  read(query: { experimentId: string; after: number; limit: number; types?: EventType[] | undefined }): Promise<ExperimentEvent[]>;
  /** 0 is never answered: the first event is written with the experiment. @throws AppError NOT_FOUND */
  lastSeq(experimentId: string): Promise<number>;
  /**
   * Series in at most `maxPoints` min/max/last buckets each, of the newest attempt that has points unless told. `names`
   * null: every series. `from` and `to` are updates, both included.
   * @throws AppError NOT_FOUND
   */
  readSeries(query: SeriesQuery): Promise<SeriesAnswer>;
}

export interface SeriesQuery {
  experimentId: string;
  attempt?: number | undefined;
  names: string[] | null;
  from?: number | undefined;
  to?: number | undefined;
  maxPoints: number;
}
