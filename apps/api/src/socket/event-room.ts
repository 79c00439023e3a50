/**
 * Everyone in this process who follows one experiment. The room reads new events from the log once and gives them to its
 * live members; a member that is behind reads the log by itself, at the pace of its connection, until it is up to date.
 *
 * Each member has a cursor, the seq of the last event it was given: what is not above it is never given again, and a
 * member only becomes live when its cursor has reached the room's, so there is neither a gap nor a repeat.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, type ExperimentEvent, type Logger } from '@eyegazer/core';
import type { EventLog } from '@eyegazer/platform';
import type { Outlet } from './outlet.js';

export interface EventRoom {
  /** New events may be in the log. */
  wake(): void;
  /** Gives the outlet every event after `after`; the function ends that. */
  join(outlet: Outlet, after: number): () => void;
  size(): number;
}

export interface EventRoomOptions {
  experimentId: string;
  events: Pick<EventLog, 'read'>;
  /** The log's last seq, as read before the room is made. */
  lastSeq: number;
  /** A live member with more packets waiting than this is told to fetch what it misses. */
  maxBacklog: number;
  log: Logger;
  /** Hears of every event that was given to a live member. */
  onPushed: (event: ExperimentEvent) => void;
}

interface Member {
  outlet: Outlet;
  cursor: number;
  state: 'replaying' | 'live' | 'gone';
}

const pageSize = 500;
const retryMs = 1000;

export function createEventRoom({ experimentId, events, lastSeq, maxBacklog, log, onPushed }: EventRoomOptions): EventRoom {
  const members = new Set<Member>();
  let reading = false;
  let wokenMeanwhile = false;

  /** One page of the log; a database that is away is asked again while anyone waits for it. */
  async function readPage(after: number, isWanted: () => boolean): Promise<ExperimentEvent[]> {
    while (isWanted()) {
      try {
        return await events.read({ experimentId, after, limit: pageSize });
      } catch (error) {
        if (error instanceof AppError && error.code === 'NOT_FOUND') return [];
        log.warn({ experimentId, error: String(error) }, 'Reading the event log failed; trying again');
        await delay(retryMs);
      }
    }
    return [];
  }

  function push(member: Member, event: ExperimentEvent): void {
    if (member.state !== 'live' || event.seq <= member.cursor) return;
    if (member.outlet.backlog() < maxBacklog) {
      member.outlet.send(event);
      member.cursor = event.seq;
      onPushed(event);
      return;
    }
    // This event is in the log, so whoever fetches after reading the notice finds it there; the stream goes on behind it.
    member.outlet.resync({ experimentId, from: member.cursor });
    member.cursor = event.seq;
    void replay(member);
  }

  async function replay(member: Member): Promise<void> {
    const isWanted = (): boolean => member.state === 'replaying';
    member.state = 'replaying';
    while (isWanted()) {
      await member.outlet.drained();
      const page = await readPage(member.cursor, isWanted);
      if (!isWanted()) return;
      for (const event of page) {
        member.outlet.send(event);
        member.cursor = event.seq;
      }
      if (page.length < pageSize && member.cursor >= lastSeq) member.state = 'live';
    }
  }

  async function readOn(): Promise<void> {
    if (reading) return void (wokenMeanwhile = true);
    reading = true;
    try {
      do {
        wokenMeanwhile = false;
        const page = await readPage(lastSeq, () => members.size > 0);
        for (const event of page) {
          lastSeq = event.seq;
          for (const member of members) push(member, event);
        }
        if (page.length === pageSize) wokenMeanwhile = true;
      } while (wokenMeanwhile);
    } finally {
      reading = false;
    }
  }

  return {
    wake: () => void readOn(),
    join(outlet, after) {
      const member: Member = { outlet, cursor: after, state: 'replaying' };
      members.add(member);
      void replay(member);
      return () => {
        member.state = 'gone';
        members.delete(member);
      };
    },
    size: () => members.size,
  };
}
