import assert from 'node:assert/strict';
import { registerWorker, startAttempt, submit, seed } from '../../fixtures/platform.js';
import { useMaintenance } from './maintenance-world.js';

describe('maintenance: workers that are gone', function () {
  this.timeout(60_000);
  const test = useMaintenance();

  async function worker(state: 'alive' | 'lost' | 'stopped', silentForHours: number): Promise<string> {
    const { workerId } = await registerWorker(test.platform);
    await test.platform.queues.publish(workerId, { attemptId: `of ${workerId}`, priority: 0 });
    await test.sql('UPDATE worker SET state = $2, heartbeat_at = now() - make_interval(hours => $3) WHERE id = $1', [workerId, state, silentForHours]);
    return workerId;
  }
  const stateOf = async (id: string): Promise<string | undefined> => (await test.sql<{ state: string }>('SELECT state FROM worker WHERE id = $1', [id]))[0]?.state;

  it('removes the queues of those that have not been there for an hour, with the jobs that nobody will take', async () => {
    const { queues } = test.platform;
    const [here, away, stoppedNow, stopped] = [await worker('alive', 0), await worker('lost', 2), await worker('stopped', 0), await worker('stopped', 2)];
    await test.clean();
    const left = await queues.listWorkers();
    assert.deepEqual([here, away, stoppedNow, stopped].map((id) => left.includes(id)), [true, false, true, false]);
    assert.equal(await queues.depth(), 2);
    assert.equal(await stateOf(away), 'lost');
    for (const id of [here, stoppedNow]) await queues.forget(id);
  });

  it('counts those lost for a week as stopped, and frees their devices; what comes back is told to end', async () => {
    const identity = await registerWorker(test.platform);
    const experimentId = await submit(test.platform, await seed(test.platform));
    await startAttempt(test, experimentId);
    const silent = (days: number) => test.sql('UPDATE worker SET heartbeat_at = now() - make_interval(days => $2) WHERE id = $1', [identity.workerId, days]);
    const leases = async (): Promise<number> => (await test.sql('SELECT 1 FROM lease JOIN attempt ON attempt.id = attempt_id WHERE worker_id = $1', [identity.workerId])).length;
    await silent(6);
    assert.deepEqual(await test.platform.workers.markLost(), [identity.workerId]);
    assert.equal((await test.clean())?.workers, 0);
    assert.deepEqual([await stateOf(identity.workerId), await leases()], ['lost', 1]);
    await silent(8);
    assert.equal((await test.clean())?.workers, 1);
    assert.deepEqual([await stateOf(identity.workerId), await leases()], ['stopped', 0]);
    await assert.rejects(test.platform.workers.heartbeat({ ...identity, devices: [], runningAttemptIds: [] }), { code: 'FENCED' });
  });
});
