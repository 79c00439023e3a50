import assert from 'node:assert/strict';
import { createEvalSession } from '@eyegazer/engine';
import { tinySession } from './tiny-model.js';

describe('the WebAssembly backend', () => {
  it('leaves no listener behind that ends the process at a rejection', async () => {
    const count = (): number[] => [process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')];
    const before = count();
    const session = await createEvalSession(await tinySession({ engine: 'eager', eagerBackend: 'wasm' }));
    await session.dispose();
    assert.deepEqual(count(), before);
  });
});
