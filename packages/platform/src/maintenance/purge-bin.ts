/**
 * Takes experiments out of the world for good, a few rows at a time, because one of them may have millions. The first
 * thing to go is the counter, which everybody locks who changes an experiment: from then on there is no such experiment,
 * and whoever comes back after a crash finds by it what is left to be swept.
 */
import type { ClientBase } from 'pg';

const rowsAtOnce = 2000;
/** With many rows each; the rest goes with the experiment's own row. Chunks before the events that they belong to. */
const longTables = ['metric_chunk', 'metric_bucket', 'event'] as const;

/**
 * Removes what has been in the bin since before `before` (null: nothing but what an earlier run began with); answers how
 * many experiments.
 */
export async function purgeBin({ client, before, signal }: { client: ClientBase; before: Date | null; signal: AbortSignal }): Promise<number> {
  let purged = 0;
  while (!signal.aborted) {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM experiment
       WHERE deleted_at IS NOT NULL AND (deleted_at < $1 OR NOT EXISTS (SELECT 1 FROM event_counter WHERE experiment_id = experiment.id))
       ORDER BY deleted_at, id LIMIT 1`,
      [before],
    );
    const id = rows[0]?.id;
    if (id === undefined) return purged;
    if ((await begin(client, { id, before })) && (await sweep(client, { id, signal }))) purged += 1;
  }
  return purged;
}

/** False when somebody has taken it out of the bin meanwhile. */
async function begin(client: ClientBase, { id, before }: { id: string; before: Date | null }): Promise<boolean> {
  await client.query('BEGIN');
  try {
    const counter = await client.query('SELECT 1 FROM event_counter WHERE experiment_id = $1 FOR UPDATE', [id]);
    // Only a statement after the lock sees what was done before it was given.
    const doomed = await client.query('SELECT 1 FROM experiment WHERE id = $1 AND deleted_at IS NOT NULL AND ($2 OR deleted_at < $3)', [id, counter.rowCount === 0, before]);
    if (doomed.rowCount === 1) await client.query('DELETE FROM event_counter WHERE experiment_id = $1', [id]);
    await client.query('COMMIT');
    return doomed.rowCount === 1;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** False when it was interrupted. */
async function sweep(client: ClientBase, { id, signal }: { id: string; signal: AbortSignal }): Promise<boolean> {
  for (const table of longTables) {
    for (let deleted: number | null = rowsAtOnce; deleted === rowsAtOnce; ) {
      if (signal.aborted) return false;
      ({ rowCount: deleted } = await client.query(`DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE experiment_id = $1 LIMIT ${rowsAtOnce}))`, [id]));
    }
  }
  await client.query('DELETE FROM experiment WHERE id = $1', [id]);
  return true;
}
