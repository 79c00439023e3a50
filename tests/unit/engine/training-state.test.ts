import assert from 'node:assert/strict';
import { readTrainingState, writeTrainingState, type TrainingIdentity, type TrainingState } from '@eyegazer/engine';

const shapes = new Map([['a', [2, 2]], ['b', [3]]]);
const identity: TrainingIdentity = {
  base: 'sha256:1', adaptation: { method: 'head' }, head: { kind: 'binary', numOutputs: 2, loss: 'crossEntropy' }, seed: 5, run: { dataset: 'd', effectiveBatch: 8 },
};
const a = Float32Array.of(1, -0, 1e-42, 3.4e38);
const b = Float32Array.of(0.1, 0.2, 0.3);
const state: TrainingState = {
  updates: 12,
  trainable: new Map([['a', a], ['b', b]]),
  optimizer: { steps: 11, moments: new Map([['a', { m: a.map((x) => -x), v: a.map((x) => Math.abs(x) / 3) }], ['b', { m: b.map((x) => x / 7), v: b.map((x) => x * x) }]]) },
  ema: { updates: 11, values: new Map([['a', a.map((x) => x / 2)], ['b', b]]) },
  lossScale: { scale: 65536, goodSteps: 3 },
};
const bytes = writeTrainingState(state, identity);
const refuses = (broken: Uint8Array, options: Partial<Parameters<typeof readTrainingState>[1]>, error: object): void => {
  assert.throws(() => readTrainingState(broken, { identity, shapes, ...options }), { name: 'AppError', ...error });
};
/** The bytes with a text of equal length in place of another. */
function replace(from: string, to: string): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(from);
  assert.ok(at > 0 && from.length === to.length, from);
  copy.write(to, at);
  return copy;
}

describe('a training state', () => {
  it('comes back bit for bit, -0, the smallest and the largest numbers included', () => {
    const read = readTrainingState(bytes, { identity, shapes });
    assert.deepEqual(read, state);
    assert.ok(Object.is(read.trainable.get('a')![1], -0));
  });

  it('comes back without average and loss scale where there were none', () => {
    const plain = { ...state, ema: null, lossScale: null };
    assert.deepEqual(readTrainingState(writeTrainingState(plain, identity), { identity, shapes }), plain);
  });

  it('does not change while training goes on, and is not changed by it', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const written = writeTrainingState({ ...state, trainable: new Map([['a', values], ['b', b]]) }, identity);
    values.fill(9);
    const read = readTrainingState(written, { identity, shapes });
    read.trainable.get('b')!.fill(7);
    assert.deepEqual(readTrainingState(written, { identity, shapes }).trainable.get('a'), Float32Array.of(1, 2, 3, 4));
    assert.deepEqual(readTrainingState(written, { identity, shapes }).trainable.get('b'), b);
  });

  it('is refused by a run of another base, adaptation, head, seed or setting, which is named', () => {
    const other = (changes: Partial<TrainingIdentity>, path: string, message: RegExp): void => refuses(bytes, { identity: { ...identity, ...changes } }, { code: 'CONFLICT', path, message });
    other({ base: 'sha256:2' }, 'base', /expected the state of a run with base "sha256:2", got one with "sha256:1"\. Go on with/);
    other({ adaptation: { method: 'full' } }, 'adaptation', /"full".*"head"/);
    other({ head: { kind: 'multiclass', numOutputs: 2, loss: 'crossEntropy' } }, 'head', /multiclass/);
    other({ seed: 6 }, 'seed', /seed 6, got one with 5/);
    other({ run: { dataset: 'e', effectiveBatch: 8 } }, 'run.dataset', /run\.dataset "e"/);
    other({ run: { dataset: 'd' } }, 'run.effectiveBatch', /unset, got one with 8/);
    other({ run: { ...identity.run, device: 'cpu' } }, 'run.device', /"cpu", got one with none/);
  });

  it('does not care in which order an identity names its parts', () => {
    const { head, ...rest } = identity;
    const turned: TrainingIdentity = { head: { loss: head.loss, numOutputs: head.numOutputs, kind: head.kind } as typeof head, ...rest, run: { effectiveBatch: 8, dataset: 'd' } };
    assert.equal(readTrainingState(bytes, { identity: turned, shapes }).updates, 12);
  });

  it('is refused when it is of other tensors, damaged, or no training state', () => {
    refuses(bytes, { shapes: new Map([...shapes, ['c', [1]]]) }, { code: 'BAD_FILE', message: /tensor "[a-z.]+\/c": expected shape \[1\], got none/ });
    refuses(bytes, { shapes: new Map([['a', [2, 2]]]) }, { code: 'BAD_FILE', message: /tensor ".*\/b": expected no such tensor/ });
    refuses(bytes, { shapes: new Map([['a', [5]], ['b', [3]]]) }, { code: 'BAD_FILE', message: /\/a": expected shape \[5\], got \[4\]/ });
    refuses(bytes.subarray(0, bytes.length - 4), {}, { code: 'BAD_FILE' });
    refuses(replace('"version":"1"', '"version":"9"'), {}, { code: 'BAD_FILE', message: /version: expected "1", got "9"/ });
    refuses(replace('eyegazer-training-state', 'eyegazer-training-stale'), {}, { code: 'BAD_FILE', message: /format/ });
    refuses(replace('{\\"updates\\":12', '{\\"updetes\\":12'), {}, { code: 'BAD_FILE', message: /counters/ });
    refuses(replace('{\\"updates\\":12', '[\\"updates\\":12'), {}, { code: 'BAD_FILE', message: /counters: expected JSON/ });
    refuses(writeTrainingState({ ...state, trainable: new Map([['a', a], ['b', Float32Array.of(1, Number.NaN, 2)]]) }, identity), {}, { code: 'BAD_FILE', message: /trainable\/b": expected finite numbers, got NaN at 1/ });
  });
});
