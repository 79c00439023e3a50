import assert from 'node:assert/strict';
import { Client } from 'pg';
import { until } from '../../until.js';
import { useMaintenance } from './maintenance-world.js';

describe('maintenance of the bin', function () {
  this.timeout(60_000);
  const test = useMaintenance();

  it('removes for good what has been in it for the retention time, and nothing else', async () => {
    const { experiments } = test.platform;
    const [kept, thrown, later] = [await test.cancelled(), await test.cancelled(), await test.cancelled()];
    await experiments.delete(thrown);
    await experiments.delete(later);
    await test.sql(`UPDATE experiment SET deleted_at = now() + interval '1 day' WHERE id = $1`, [later]);
    assert.equal((await test.clean({ afterDays: 29.9 }))?.experiments, 0);
    const bytes = await test.put();
    await test.addArtifact(thrown, bytes);
    const report = await test.clean({ afterDays: 30.1 });
    assert.equal(report?.experiments, 1);
    await assert.rejects(experiments.get(thrown), { code: 'NOT_FOUND' });
    for (const table of ['event', 'event_counter', 'artifact']) assert.deepEqual(await test.sql(`SELECT 1 FROM ${table} WHERE experiment_id = $1`, [thrown]), []);
    // What only it referred to goes in the same round.
    assert.equal(await test.isThere(bytes), false);
    assert.ok((await experiments.get(later)).deletedAt);
    assert.equal((await experiments.get(kept)).deletedAt, null);
  });

  it('keeps everything for ever with a retention of 0 days', async () => {
    const id = await test.cancelled();
    await test.platform.experiments.delete(id);
    assert.equal((await test.clean({ afterDays: 10_000, retentionDays: 0 }))?.experiments, 0);
    assert.ok((await test.platform.experiments.get(id)).deletedAt);
  });

  it('deletes long logs a few rows at a time', async () => {
    const id = await test.cancelled();
    await test.sql(`INSERT INTO event (experiment_id, seq, attempt, counter, type, at) SELECT $1, 10 + n, 1, n, 'metrics', now() FROM generate_series(1, 7000) AS n`, [id]);
    await test.sql(
      `INSERT INTO metric_chunk (experiment_id, seq, attempt, first_update, last_update, names, updates, points)
       SELECT $1, 10 + n, 1, n, n, '{loss}', ARRAY[n], ARRAY[0.5] FROM generate_series(1, 7000) AS n`,
      [id],
    );
    await test.sql(
      `INSERT INTO metric_bucket (experiment_id, attempt, name, width, bucket, first_update, last_update, min, max, last)
       SELECT $1, 1, 'loss', 16, n, n * 16, n * 16, 0, 1, 0 FROM generate_series(1, 5000) AS n`,
      [id],
    );
    await test.sql('CREATE TABLE seen (rows INT)');
    await test.sql(`CREATE FUNCTION note_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen SELECT count(*) FROM gone; RETURN NULL; END $$`);
    for (const table of ['event', 'metric_chunk', 'metric_bucket']) {
      await test.sql(`CREATE TRIGGER note_rows AFTER DELETE ON ${table} REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_rows()`);
    }
    await test.platform.experiments.delete(id);
    assert.equal((await test.clean({ afterDays: 31 }))?.experiments, 1);
    const [seen] = await test.sql<{ most: number; all: number }>('SELECT max(rows) AS most, sum(rows)::int AS all FROM seen');
    assert.deepEqual(seen, { most: 2000, all: 7000 + 7000 + 5000 + 3 });
    for (const table of ['event', 'metric_chunk', 'metric_bucket']) {
      await test.sql(`DROP TRIGGER note_rows ON ${table}`);
      assert.deepEqual(await test.sql(`SELECT 1 FROM ${table} WHERE experiment_id = $1`, [id]), []);
    }
  });

  it('counts as gone from the first step on what it has begun with, and goes on after a crash, whatever the retention', async () => {
    const { experiments, events } = test.platform;
    const id = await test.cancelled();
    await experiments.delete(id);
    await test.sql('DELETE FROM event_counter WHERE experiment_id = $1', [id]);
    await assert.rejects(experiments.get(id), { code: 'NOT_FOUND' });
    await assert.rejects(experiments.restore(id), { code: 'NOT_FOUND' });
    await assert.rejects(events.lastSeq(id), { code: 'NOT_FOUND' });
    assert.ok(!(await experiments.list({ limit: 100, deleted: true })).items.some((item) => item.id === id));
    assert.equal((await test.clean({ retentionDays: 0 }))?.experiments, 1);
    assert.deepEqual(await test.sql('SELECT 1 FROM experiment WHERE id = $1', [id]), []);
  });

  it('leaves alone what is taken back in the very moment', async () => {
    const id = await test.cancelled();
    await test.platform.experiments.delete(id);
    // What a restore does, up to its commit.
    const restoring = new Client({ connectionString: test.url });
    await restoring.connect();
    await restoring.query('BEGIN');
    await restoring.query('SELECT 1 FROM event_counter WHERE experiment_id = $1 FOR UPDATE', [id]);
    await restoring.query('UPDATE experiment SET deleted_at = NULL WHERE id = $1', [id]);
    const round = test.clean({ afterDays: 31 });
    await until(async () => (await test.sql(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%event_counter%FOR UPDATE%'`)).length > 0);
    await restoring.query('COMMIT');
    await restoring.end();
    assert.equal((await round)?.experiments, 0);
    assert.equal((await test.platform.experiments.get(id)).deletedAt, null);
  });

  it('removes sessions that have expired', async () => {
    await test.sql(`INSERT INTO access_token (id, name, role, hash, prefix) VALUES ('t', 't', 'admin', $1, 'eyg_')`, [Buffer.alloc(32, 1)]);
    await test.sql(`INSERT INTO session (hash, token_id, expires_at) VALUES ($1, 't', now() + interval '1 hour'), ($2, 't', now() + interval '3 days')`, [Buffer.alloc(32, 2), Buffer.alloc(32, 3)]);
    assert.equal((await test.clean({ afterDays: 1 }))?.sessions, 1);
    assert.deepEqual((await test.sql<{ hash: Buffer }>('SELECT hash FROM session')).map(({ hash }) => hash), [Buffer.alloc(32, 3)]);
  });
});
