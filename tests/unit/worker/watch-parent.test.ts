import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAlive } from '../../integration/worker/worker-process.js';

describe('watchParent', () => {
  it('ends a process within 2 s of its parent, though its main thread is blocked', async () => {
    const parent = fork(fileURLToPath(new URL('./fixtures/doomed-parent.mjs', import.meta.url)), [], { execArgv: [] });
    const [pid] = (await once(parent, 'message')) as [number];
    assert.ok(isAlive(pid));
    parent.kill('SIGKILL');
    const killedAt = performance.now();
    while (isAlive(pid)) {
      assert.ok(performance.now() - killedAt < 2000, 'the child outlives its parent');
      await sleep(20);
    }
  });
});
