import assert from 'node:assert/strict';
import {
  AppError,
  assertAttemptTransition,
  assertExperimentTransition,
  attemptStates,
  attemptTransitions,
  createErrorRecord,
  errorCodes,
  experimentStates,
  experimentTransitions,
  isEnded,
  isLive,
  learningRateAt,
  neededDevice,
  parseExperimentConfig,
  place,
  plannedUpdates,
  splitWindow,
  type AttemptState,
  type ExperimentState,
  type FreeDevice,
  type WaitingExperiment,
} from '@eyegazer/core';

const illegal = (run: () => void): boolean => {
  try {
    run();
    return false;
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'ILLEGAL_TRANSITION');
    return true;
  }
};

describe('states', () => {
  it('allow exactly the transitions of the experiment table', () => {
    for (const from of experimentStates) {
      for (const to of experimentStates) {
        const allowed: readonly ExperimentState[] = experimentTransitions[from];
        assert.equal(illegal(() => assertExperimentTransition(from, to)), !allowed.includes(to), `${from} -> ${to}`);
      }
    }
  });

  it('allow exactly the transitions of the attempt table', () => {
    for (const from of attemptStates) {
      for (const to of attemptStates) {
        const allowed: readonly AttemptState[] = attemptTransitions[from];
        assert.equal(illegal(() => assertAttemptTransition(from, to)), !allowed.includes(to), `${from} -> ${to}`);
      }
    }
  });

  it('an attempt that is not live is final', () => {
    for (const state of attemptStates) assert.equal(isLive(state), attemptTransitions[state].length > 0, state);
  });

  it('an experiment that ended can only be queued again', () => {
    for (const state of experimentStates.filter(isEnded)) {
      assert.ok(experimentTransitions[state].every((next) => next === 'queued'), state);
    }
  });

  it('say what was possible instead', () => {
    assert.throws(() => assertExperimentTransition('queued', 'running'), /queued cannot become running: expected one of placed, cancelled/);
    assert.throws(() => assertExperimentTransition('succeeded', 'queued'), /succeeded cannot become queued: this state is final; submit its config again/);
  });
});

describe('errors', () => {
  it('become records without stack or cause', () => {
    const error = new AppError('BAD_FILE', 'broken', { path: 'a.png', details: { at: 3 }, cause: new Error('inner') });
    assert.deepEqual(createErrorRecord(error), { code: 'BAD_FILE', message: 'broken', path: 'a.png', details: { at: 3 } });
    assert.equal(createErrorRecord(new TypeError('x')).code, 'INTERNAL');
    assert.equal(createErrorRecord('text').message, 'text');
  });

  it('take their sentence from the table when none is given', () => {
    assert.equal(new AppError('FENCED').message, errorCodes.FENCED.message);
    assert.equal(new AppError('WORKER_LOST').retryable, true);
  });
});

describe('learningRateAt', () => {
  const linear = { schedule: 'linear', learningRate: 1, warmupRatio: 0.1, updates: 20 } as const;

  it('rises over the warm-up and falls to zero after the last update', () => {
    assert.deepEqual([0, 1, 2].map((update) => learningRateAt(update, linear)), [0, 0.5, 1]);
    assert.equal(learningRateAt(11, linear), 0.5);
    assert.equal(learningRateAt(20, linear), 0);
  });

  it('follows half a cosine', () => {
    const cosine = { ...linear, schedule: 'cosine', warmupRatio: 0 } as const;
    assert.equal(learningRateAt(0, cosine), 1);
    assert.ok(Math.abs(learningRateAt(10, cosine) - 0.5) < 1e-15);
    assert.ok(Math.abs(learningRateAt(5, cosine) - 0.5 * (1 + Math.SQRT1_2)) < 1e-15);
  });

  it('stays constant after the warm-up', () => {
    assert.equal(learningRateAt(19, { ...linear, schedule: 'constant' }), 1);
  });
});

describe('batch arithmetic', () => {
  it('counts the last partial window as an update', () => {
    assert.deepEqual(plannedUpdates({ samples: 721, effectiveBatch: 32, epochs: 3 }), { perEpoch: 23, total: 69 });
  });

  it('splits every window into nearly equal pieces that sum to it', () => {
    for (let window = 1; window <= 80; window++) {
      for (let micro = 1; micro <= 80; micro++) {
        const pieces = splitWindow(window, micro);
        assert.equal(pieces.reduce((a, b) => a + b, 0), window);
        assert.ok(Math.max(...pieces) <= micro && Math.max(...pieces) - Math.min(...pieces) <= 1);
        assert.equal(pieces.length, Math.ceil(window / micro));
      }
    }
  });
});

describe('place', () => {
  const waiting = (experimentId: string, changes: Partial<WaitingExperiment> = {}): WaitingExperiment => ({ experimentId, priority: 0, submittedAtMs: 0, device: 'any', ...changes });
  const device = (deviceKey: string): FreeDevice => ({ deviceKey, workerId: `worker of ${deviceKey}`, kind: 'cpu' });

  it('gives each device to at most one experiment, and leaves none idle', () => {
    const placements = place(['a', 'b', 'c'].map((id) => waiting(id)), [device('y'), device('x')]);
    assert.deepEqual(placements, [
      { experimentId: 'a', deviceKey: 'x', workerId: 'worker of x' },
      { experimentId: 'b', deviceKey: 'y', workerId: 'worker of y' },
    ]);
  });

  it('prefers priority, then age', () => {
    const order = place([waiting('new', { submittedAtMs: 2 }), waiting('old', { submittedAtMs: 1 }), waiting('urgent', { priority: 5, submittedAtMs: 3 })], ['1', '2', '3'].map(device));
    assert.deepEqual(order.map(({ experimentId }) => experimentId), ['urgent', 'old', 'new']);
  });

  it('keeps an experiment to the kind it asks for, and gives one that takes any the fastest kind', () => {
    const devices: FreeDevice[] = [{ ...device('a'), kind: 'cpu' }, { ...device('b'), kind: 'webgpu' }, { ...device('c'), kind: 'cuda' }, { ...device('d'), kind: 'cpu' }];
    const order = place([waiting('first'), waiting('needs CPU', { device: 'cpu' }), waiting('needs CUDA', { device: 'cuda' }), waiting('second')].map((each, submittedAtMs) => ({ ...each, submittedAtMs })), devices);
    assert.deepEqual(order.map(({ experimentId, deviceKey }) => `${experimentId}: ${deviceKey}`), ['first: c', 'needs CPU: a', 'second: b']);
  });

  it('gives a run in float16 any GPU, and no CPU', () => {
    const needed = (changes: object) => neededDevice(parseExperimentConfig({ dataset: 'a', ...changes }));
    assert.equal(needed({}), 'any');
    assert.equal(needed({ training: { precision: 'fp16' } }), 'gpu');
    assert.equal(needed({ training: { precision: 'fp16' }, resources: { device: 'cuda' } }), 'cuda');
    const half = waiting('half', { device: 'gpu' });
    assert.deepEqual(place([half], [device('x')]), []);
    for (const kind of ['webgpu', 'cuda'] as const) assert.equal(place([half], [device('x'), { ...device('y'), kind }])[0]?.deviceKey, 'y');
  });

  it('does nothing without experiments or devices', () => {
    assert.deepEqual(place([], [device('x')]), []);
    assert.deepEqual(place([waiting('a')], []), []);
  });
});
