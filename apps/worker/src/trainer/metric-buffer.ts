import { trainingSeries, type EventData } from '@eyegazer/core';

export type MetricPoint = Record<(typeof trainingSeries)[number], number>;

/** Gathers the points of fast updates into one event. */
export interface MetricBuffer {
  /** Adds the point of one update, by the number of updates done; answers an event when one is due. */
  add(update: number, point: MetricPoint): EventData<'metrics'> | null;
  /** What is held back, or null. */
  take(): EventData<'metrics'> | null;
}

/** @param longestMs an event is due when the next update might end later than so long after the last event */
export function createMetricBuffer({ longestMs = 50, now = () => performance.now() } = {}): MetricBuffer {
  let updates: number[] = [];
  let points: MetricPoint[] = [];
  let sentAt = -Infinity;
  let addedAt = now();

  function take(): EventData<'metrics'> | null {
    if (points.length === 0) return null;
    const event = { updates, series: Object.fromEntries(trainingSeries.map((name) => [name, points.map((point) => point[name])])) };
    updates = [];
    points = [];
    sentAt = now();
    return event;
  }

  return {
    take,
    add(update, point) {
      const updateMs = now() - addedAt;
      addedAt = now();
      updates.push(update);
      points.push(point);
      return addedAt - sentAt + updateMs > longestMs ? take() : null;
    },
  };
}
