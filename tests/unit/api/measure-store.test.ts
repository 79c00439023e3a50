import assert from 'node:assert/strict';
import { measureStore } from '@eyegazer/api';
import { AppError, type ArtifactStore } from '@eyegazer/core';

describe('measured store', () => {
  const observed: string[] = [];
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const store = measureStore(
    {
      put: async () => ({ sha256: 'a', byteLength: 4 }),
      stat: async () => { throw new AppError('UNAVAILABLE'); },
      async *read(sha256: string) {
        yield bytes;
        if (sha256 === 'broken') throw new AppError('CORRUPT_ARTIFACT');
        yield bytes;
      },
      ping: async () => undefined,
    } as unknown as ArtifactStore,
    { observeStore: (operation, seconds, ok) => void observed.push(`${operation} ${ok ? 'ok' : 'error'} ${seconds >= 0 && seconds < 60}`) },
  );
  beforeEach(() => void observed.splice(0));

  it('measures what succeeds and what fails, and gives on what it answers', async () => {
    assert.deepEqual(await store.put(bytes), { sha256: 'a', byteLength: 4 });
    await assert.rejects(store.stat('a'), { code: 'UNAVAILABLE' });
    assert.deepEqual(observed, ['put ok true', 'stat error true']);
  });

  it('measures a read once, at its end; to have enough of it is no error, to break off is one', async () => {
    const readAll = async (sha256: string): Promise<number> => {
      let count = 0;
      for await (const chunk of store.read(sha256)) count += chunk.length;
      return count;
    };
    assert.equal(await readAll('whole'), 8);
    for await (const chunk of store.read('enough')) if (chunk.length > 0) break;
    await assert.rejects(readAll('broken'), { code: 'CORRUPT_ARTIFACT' });
    assert.deepEqual(observed, ['read ok true', 'read ok true', 'read error true']);
  });
});
