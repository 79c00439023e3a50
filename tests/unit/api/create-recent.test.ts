import assert from 'node:assert/strict';
import { createRecent } from '@eyegazer/api';

describe('recent values', () => {
  /** Values are the weights that their keys name; `made` has every key as often as it was made. */
  function recent(options: { mostKept: number; mostWeight: number }) {
    const made: string[] = [];
    const { get } = createRecent({
      ...options,
      weigh: (value: number) => value,
      async make(key) {
        made.push(key);
        await Promise.resolve();
        if (key === 'bad') throw new Error('as a test wants it');
        return Number(key.split('=')[1]);
      },
    });
    return { get, made };
  }

  it('are made once while they are among the last few', async () => {
    const { get, made } = recent({ mostKept: 2, mostWeight: 100 });
    for (const key of ['a=1', 'b=1', 'a=1', 'c=1', 'a=1', 'b=1']) assert.equal(await get(key), 1);
    assert.deepEqual(made, ['a=1', 'b=1', 'c=1', 'b=1']);
    assert.deepEqual(await Promise.all([get('d=5'), get('d=5')]), [5, 5]);
    assert.equal(made.length, 5);
  });

  it('go when they weigh too much together, the oldest first; the newest stays whatever it weighs', async () => {
    const { get, made } = recent({ mostKept: 10, mostWeight: 10 });
    for (const key of ['a=4', 'b=4', 'c=4', 'b=4', 'c=4']) await get(key);
    assert.deepEqual(made, ['a=4', 'b=4', 'c=4']);
    for (const key of ['huge=99', 'huge=99', 'c=4', 'huge=99']) await get(key);
    assert.deepEqual(made.slice(3), ['huge=99', 'c=4', 'huge=99']);
  });

  it('are made again after a failure', async () => {
    const { get, made } = recent({ mostKept: 2, mostWeight: 10 });
    await assert.rejects(get('bad'));
    await assert.rejects(get('bad'));
    assert.deepEqual(made, ['bad', 'bad']);
  });
});
