import assert from 'node:assert/strict';
import type { EventBody, ExperimentEvent } from '@eyegazer/core';
import { createRunState, reduceRun, type RunState } from '../../../apps/dashboard/src/live/run-state.js';

const evaluation = (update: number): Extract<EventBody, { type: 'evaluation' }> => ({
  type: 'evaluation',
  data: {
    update,
    epoch: 1,
    count: 4,
    metrics: { loss: 1, accuracy: 0.5, balancedAccuracy: 0.5, qwk: null, macroF1: 0.5, mcc: null, mae: null, rmse: null, r2: null },
    classNames: ['0', '1'],
    confusion: [
      [2, 0],
      [2, 0],
    ],
    recall: [1, 0],
    precision: [0.5, null],
    truthCounts: [2, 2],
    predictedCounts: [4, 0],
    logitsHash: 'h',
    learningRate: 1e-3,
    trainLoss: 1,
  },
});
const metrics = (update: number, loss: number): EventBody => ({ type: 'metrics', data: { updates: [update], series: { loss: [loss] } } });
const finding: EventBody = {
  type: 'finding',
  data: { rule: 'C2', level: 'critical', update: 2, message: 'dead', evidence: {}, remedies: [], healthState: 'suspected' },
};
/** Numbers bodies from `first` on. */
const log = (attempt: number, first: number, ...bodies: EventBody[]): ExperimentEvent[] =>
  bodies.map((body, i) => ({ experimentId: 'e', seq: first + i, attempt, at: '2026-11-01T00:00:00.000Z', ...body }));
const start = (upTo = 0): RunState => createRunState({ state: 'queued', error: null }, { attempt: 1, upTo, series: {} });

const history = log(
  1,
  1,
  { type: 'state', data: { state: 'running' } },
  metrics(1, 2),
  metrics(2, 1.5),
  evaluation(2),
  finding,
  { type: 'log', data: { level: 'info', message: 'hello' } },
  { type: 'artifact', data: { name: 'a', sha256: '0'.repeat(64), byteLength: 1 } },
  { type: 'state', data: { state: 'failed', reason: 'why', error: { code: 'TRAINER_DIED', message: 'gone' } } },
);

describe('run state', () => {
  it('folds a whole log into what the page shows', () => {
    const state = reduceRun(start(), history);
    assert.equal(state.seq, 8);
    assert.equal(state.state, 'failed');
    assert.equal(state.reason, 'why');
    assert.equal(state.error?.code, 'TRAINER_DIED');
    assert.deepEqual(state.evaluations.map(({ update }) => update), [2]);
    assert.deepEqual(state.findings.map(({ rule }) => rule), ['C2']);
    assert.deepEqual(state.log.map(({ seq, message }) => [seq, message]), [[6, 'hello']]);
    assert.deepEqual(state.artifacts.map(({ name }) => name), ['a']);
    assert.deepEqual(state.series.byName['loss']?.map(({ to, last }) => [to, last]), [
      [1, 2],
      [2, 1.5],
    ]);
  });

  it('gives the same state however the log is cut, and when parts of it come twice', () => {
    const whole = reduceRun(start(), history);
    for (let cut = 0; cut <= history.length; cut++) {
      const parts = reduceRun(reduceRun(start(), history.slice(0, cut)), history.slice(cut));
      assert.deepEqual(parts, whole);
      assert.deepEqual(reduceRun(parts, history.slice(0, cut)), whole);
    }
  });

  it('adds no point that the series from the server hold already', () => {
    const state = reduceRun(createRunState({ state: 'running', error: null }, { attempt: 1, upTo: 2, series: { loss: [{ from: 1, to: 1, min: 2, max: 2, last: 2 }] } }), history);
    assert.deepEqual(state.series.byName['loss']?.map(({ to }) => to), [1, 2]);
  });

  it('begins anew with a new attempt and keeps the log', () => {
    const state = reduceRun(reduceRun(start(), history), log(2, 9, { type: 'state', data: { state: 'running' } }, metrics(1, 9)));
    assert.equal(state.attempt, 2);
    assert.equal(state.state, 'running');
    assert.equal(state.error, null);
    assert.deepEqual([state.evaluations, state.findings, state.artifacts, state.plan], [[], [], [], null]);
    assert.deepEqual(state.series.byName['loss']?.map(({ last }) => last), [9]);
    assert.equal(state.log.length, 1);
  });

  it('lets an old attempt change nothing but the log', () => {
    const second = reduceRun(start(), log(2, 1, { type: 'state', data: { state: 'running' } }, metrics(1, 9)));
    const late = reduceRun(second, [...log(1, 3, evaluation(4)), ...log(1, 4, metrics(5, 1)), ...log(1, 5, finding)]);
    assert.deepEqual({ ...late, seq: 2 }, second);
  });
});
