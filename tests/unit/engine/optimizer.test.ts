import assert from 'node:assert/strict';
import { clipGradNorm, createAdamW, createEma } from '@eyegazer/engine';
import { assertClose } from '../../close.js';

const oneTensor = (...values: number[]): Map<string, Float32Array> => new Map([['w', Float32Array.from(values)]]);

describe('AdamW', () => {
  it('moves by the learning rate against the sign of the first gradient, after decay', () => {
    const trainable = oneTensor(1, -2, 3);
    createAdamW({ trainable, weightDecay: () => 0.1 }).step(oneTensor(0.5, -4, 0), 0.01);
    assertClose(trainable.get('w')!, [1 * 0.999 - 0.01, -2 * 0.999 + 0.01, 3 * 0.999], { rtol: 0, atol: 1e-6 }, 'w');
  });

  it('decays each tensor by its own factor', () => {
    const trainable = new Map([['weight', Float32Array.of(1)], ['bias', Float32Array.of(1)]]);
    const grads = new Map([['weight', Float32Array.of(0)], ['bias', Float32Array.of(0)]]);
    createAdamW({ trainable, weightDecay: (name) => (name === 'bias' ? 0 : 0.5) }).step(grads, 0.1);
    assert.equal(trainable.get('weight')![0], Math.fround(0.95));
    assert.equal(trainable.get('bias')![0], 1);
  });

  it('goes on from its state bit for bit', () => {
    const grads = [oneTensor(0.3, -0.2), oneTensor(-0.1, 0.7), oneTensor(0.05, 0.4)];
    const straight = oneTensor(1, 2);
    const whole = createAdamW({ trainable: straight, weightDecay: () => 0.01 });
    for (const grad of grads) whole.step(grad, 0.1);

    const resumed = oneTensor(1, 2);
    const first = createAdamW({ trainable: resumed, weightDecay: () => 0.01 });
    first.step(grads[0]!, 0.1);
    const second = createAdamW({ trainable: resumed, weightDecay: () => 0.01, state: structuredClone(first.state) });
    second.step(grads[1]!, 0.1);
    second.step(grads[2]!, 0.1);
    assert.deepEqual(resumed, straight);
    assert.deepEqual(second.state, whole.state);
  });

  it('names a tensor whose gradient is missing', () => {
    const adamw = createAdamW({ trainable: oneTensor(1), weightDecay: () => 0 });
    assert.throws(() => adamw.step(new Map(), 0.1), { name: 'AppError', code: 'INTERNAL', message: /"w", got none/ });
  });
});

describe('the moving average of what trains', () => {
  it('copies the first update and then keeps its share of the old', () => {
    const trainable = oneTensor(1, 2);
    const ema = createEma({ trainable, decay: 0.75 });
    assert.deepEqual(ema.values, oneTensor(1, 2));
    trainable.get('w')!.set([4, 8]);
    ema.update();
    assert.deepEqual(ema.values, oneTensor(4, 8));
    trainable.get('w')!.set([8, 0]);
    ema.update();
    assert.deepEqual(ema.values, oneTensor(5, 6));
    assert.deepEqual(trainable, oneTensor(8, 0));
  });

  it('goes on from its state, and refuses that of other tensors', () => {
    const ema = createEma({ trainable: oneTensor(0), decay: 0.5, state: { updates: 3, values: oneTensor(8) } });
    ema.update();
    assert.deepEqual(ema.state, { updates: 4, values: oneTensor(4) });
    assert.throws(() => createEma({ trainable: oneTensor(1, 2), decay: 0.5, state: ema.state }), { name: 'AppError', code: 'INTERNAL', message: /2 averages for "w", got 1/ });
  });
});

describe('gradient clipping', () => {
  it('scales every tensor by one factor down to the norm, and gives the norm before', () => {
    const grads = new Map([['a', Float32Array.of(3, 0)], ['b', Float32Array.of(4)]]);
    assert.equal(clipGradNorm(grads, 1), 5);
    assertClose([...grads.get('a')!, ...grads.get('b')!], [0.6, 0, 0.8], { rtol: 1e-6, atol: 0 }, 'gradients');
  });

  it('leaves a smaller gradient alone', () => {
    const grads = oneTensor(0.3, 0.4);
    clipGradNorm(grads, 1);
    assert.deepEqual(grads, oneTensor(0.3, 0.4));
  });

  it('gives a norm that is not finite for a gradient that is not', () => {
    assert.ok(Number.isNaN(clipGradNorm(oneTensor(1, Number.NaN), 1)));
    assert.equal(clipGradNorm(oneTensor(1, Infinity), 1), Infinity);
  });
});
