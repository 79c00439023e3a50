import assert from 'node:assert/strict';
import type { EventBody, EventType, ExperimentDetail, ExperimentEvent, SeriesBucket } from '@eyegazer/core';
import { loadRun } from '../../../apps/dashboard/src/live/load-run.js';
import { reduceRun } from '../../../apps/dashboard/src/live/run-state.js';

const point = (update: number): SeriesBucket => ({ from: update, to: update, min: update, max: update, last: update });
const metrics = (update: number): EventBody => ({ type: 'metrics', data: { updates: [update], series: { loss: [update] } } });
const progress = (update: number): Extract<EventBody, { type: 'progress' }> => ({
  type: 'progress',
  data: { phase: 'training', update, updates: 9, epoch: 0, imagesPerSecond: 1, secondsLeft: 1 },
});
const say = (message: string): EventBody => ({ type: 'log', data: { level: 'info', message } });
const number = (bodies: EventBody[]): ExperimentEvent[] => bodies.map((body, i) => ({ experimentId: 'e', seq: i + 1, attempt: 1, at: '2026-11-01T00:00:00.000Z', ...body }));

/** A server whose log grows by `meanwhile` once its events were asked for. */
function serverOf(before: EventBody[], meanwhile: EventBody[]) {
  let log = number(before);
  const whole = number([...before, ...meanwhile]);
  const asked: (readonly EventType[] | undefined)[] = [];
  const pointsOf = (): SeriesBucket[] => log.flatMap((event) => (event.type === 'metrics' ? event.data.updates.map(point) : []));
  return {
    whole,
    asked,
    api: {
      listEvents: async (_id: string, { after, limit = 1000, types }: { after: number; limit?: number; types?: readonly EventType[] }) => {
        asked.push(types);
        const items = log.filter(({ seq, type }) => seq > after && (types === undefined || types.includes(type))).slice(0, limit);
        const answer = { items, lastSeq: log.length };
        if (items.length < limit) log = whole;
        return answer;
      },
      getSeries: async () => ({ attempt: 1, upTo: log.length, series: { loss: pointsOf() } }),
      getExperiment: async () =>
        ({ state: 'running', error: null, progress: log.flatMap((event) => (event.type === 'progress' ? [event.data] : [])).at(-1) ?? null }) as ExperimentDetail,
    },
  };
}
const { signal } = new AbortController();

describe('loading a run', () => {
  const before = [{ type: 'state', data: { state: 'running' } } as const, metrics(1), progress(1), say('first'), metrics(2), progress(2)];

  it('asks for no points and no progress, and has both', async () => {
    const { api, asked } = serverOf(before, []);
    const state = await loadRun(api, 'e', signal);
    assert.deepEqual(asked.map((types) => types?.includes('metrics') || types?.includes('progress')), [false]);
    assert.deepEqual(state.series.byName['loss']?.map(({ to }) => to), [1, 2]);
    assert.equal(state.progress?.update, 2);
    assert.deepEqual(state.log.map(({ message }) => message), ['first']);
    assert.equal(state.seq, before.length, 'the live log goes on behind what was read');
  });

  it('misses nothing and repeats nothing of what is written while it loads', async () => {
    const { api, whole } = serverOf(before, [say('second'), metrics(3), progress(3), metrics(4), say('third')]);
    const loaded = await loadRun(api, 'e', signal);
    const state = reduceRun(loaded, whole.filter(({ seq }) => seq > loaded.seq));
    assert.deepEqual(state.log.map(({ message }) => message), ['first', 'second', 'third']);
    assert.deepEqual(state.series.byName['loss']?.map(({ to, last }) => [to, last]), [1, 2, 3, 4].map((update) => [update, update]));
    assert.equal(state.progress?.update, 3);
  });

  it('reads a long log page by page', async () => {
    const lines = Array.from({ length: 12_000 }, (_, i) => say(`line ${i}`));
    const { api, asked } = serverOf(lines, []);
    const state = await loadRun(api, 'e', signal);
    assert.equal(asked.length, 3);
    assert.equal(state.log.at(-1)?.message, 'line 11999');
    assert.equal(state.seq, 12_000);
  });
});
