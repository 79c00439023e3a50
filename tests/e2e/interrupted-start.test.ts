import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProcessesOf } from './processes.js';
import { findFreePort, startStack } from './stack.js';

describe('a start that is interrupted', function () {
  this.timeout(120_000);
  let home = '';

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-interrupted-'));
  });
  after(() => rm(home, { recursive: true, force: true }));

  for (const until of ['Starting PostgreSQL', 'Starting the api', 'Starting the worker']) {
    it(`leaves nothing running after "${until}"`, async () => {
      const stack = await startStack({ home, port: await findFreePort(), until });
      const { code, elapsedMs } = await stack.interrupt();
      assert.equal(code, 0, stack.output());
      assert.ok(elapsedMs < 10_000, `took ${elapsedMs} ms`);
      assert.deepEqual(findProcessesOf(home), []);
    });
  }
});
