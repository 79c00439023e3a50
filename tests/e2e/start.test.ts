import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../fixtures/free-port.js';
import { findProcessesOf } from './processes.js';
import { startStack } from './stack.js';

describe('a start that does not end well', function () {
  this.timeout(120_000);
  let home = '';

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-interrupted-'));
  });
  after(() => rm(home, { recursive: true, force: true }));

  for (const until of ['Starting PostgreSQL', 'Starting the api', 'Starting the worker']) {
    it(`leaves nothing running when it is interrupted after "${until}"`, async () => {
      const stack = await startStack({ home, port: await findFreePort(), until });
      const { code, elapsedMs } = await stack.interrupt();
      assert.equal(code, 0, stack.output());
      assert.ok(elapsedMs < 10_000, `took ${elapsedMs} ms`);
      assert.deepEqual(findProcessesOf(home), []);
    });
  }

  it('ends, and says so, when its PostgreSQL is killed', async () => {
    const stack = await startStack({ home, port: await findFreePort() });
    process.kill(Number.parseInt(await readFile(join(home, 'postgres/data/postmaster.pid'), 'utf8'), 10), 'SIGKILL');
    assert.equal(await stack.exited, 1);
    assert.match(stack.output(), /PostgreSQL ended\. Its log: /);
    assert.deepEqual(findProcessesOf(home), []);
  });
});
