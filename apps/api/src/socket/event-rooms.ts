import { AppError, type Logger } from '@eyegazer/core';
import type { EventLog } from '@eyegazer/platform';
import { createEventRoom, type EventRoom, type EventRoomOptions } from './event-room.js';
import type { Outlet } from './outlet.js';

export interface EventRooms {
  /**
   * Lets an outlet follow an experiment from after a sequence number.
   * @returns the log's last seq, and the function that starts the stream and gives the one that ends it
   * @throws AppError NOT_FOUND, or BAD_REQUEST for an `after` that the log has not reached
   */
  open(request: { experimentId: string; after: number }): Promise<{ seq: number; start: (outlet: Outlet) => () => void }>;
  /** Experiments that have new events. */
  wake(experimentIds: Iterable<string>): void;
  wakeAll(): void;
}

/** The rooms of this process; a room lives while someone is in it. */
export function createEventRooms(options: { events: Pick<EventLog, 'read' | 'lastSeq'>; maxBacklog: number; log: Logger; onPushed: EventRoomOptions['onPushed'] }): EventRooms {
  const { events, maxBacklog, log, onPushed } = options;
  const rooms = new Map<string, EventRoom>();

  function enter(experimentId: string, lastSeq: number): EventRoom {
    const known = rooms.get(experimentId);
    if (known) return known;
    const room = createEventRoom({ experimentId, events, lastSeq, maxBacklog, log, onPushed });
    rooms.set(experimentId, room);
    return room;
  }

  return {
    async open({ experimentId, after }) {
      const seq = await events.lastSeq(experimentId);
      if (after > seq) {
        throw new AppError('BAD_REQUEST', `after: expected at most ${seq}, the last event of this experiment, got ${after}. Load the experiment again.`, { path: 'after' });
      }
      return {
        seq,
        start(outlet) {
          const room = enter(experimentId, seq);
          const leave = room.join(outlet, after);
          return () => {
            leave();
            if (room.size() === 0 && rooms.get(experimentId) === room) rooms.delete(experimentId);
          };
        },
      };
    },
    wake(experimentIds) {
      for (const id of experimentIds) rooms.get(id)?.wake();
    },
    wakeAll() {
      for (const room of rooms.values()) room.wake();
    },
  };
}
