import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, type ArtifactStore } from '@eyegazer/core';
import { DatabaseError, type ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Changes } from '../events/changes.js';
import { channel } from '../events/create-notifier.js';
import { portableText } from './copy-out.js';
import type { ReadBackup } from './read-backup.js';
import { carriedTables } from './tables.js';

const importRan = { code: 'UNAVAILABLE', message: 'The import ran when the backup was made that this was restored from. Start it again.' };

/** PostgreSQL: data exceptions and violated constraints. */
const badData = /^2[23]/;

/**
 * Puts the tables of a backup into a database that holds no datasets, models and experiments, all or nothing, and ends what
 * ran when the backup was made. Answers how many rows.
 * @throws AppError CONFLICT, BAD_FILE
 */
export async function loadTables(client: ClientBase, { backup, store }: { backup: ReadBackup; store: Pick<ArtifactStore, 'read'> }): Promise<number> {
  await client.query('BEGIN');
  try {
    await client.query(portableText);
    // Nobody adds any from here on.
    await client.query('LOCK TABLE dataset, base_model, experiment IN SHARE ROW EXCLUSIVE MODE');
    await assertEmpty(client);
    let rows = 0;
    for (const { name, columns, rows: expected } of backup.manifest.tables) {
      const { merge } = carriedTables.find((table) => table.name === name) ?? {};
      const target = merge ? `restored_${name}` : name;
      if (merge) await client.query(`CREATE TEMPORARY TABLE ${target} (LIKE ${name} INCLUDING DEFAULTS) ON COMMIT DROP`);
      const copied = await copyIn(client, { target, columns, parts: backup.parts.get(name) ?? [], store });
      if (copied !== expected) throw new AppError('BAD_FILE', `Expected ${expected} rows of the table ${name} in the backup, found ${copied}.`);
      for (const statement of merge ?? []) await client.query(statement);
      rows += copied;
    }
    await endWhatRan(client);
    await notifyAll(client);
    await client.query('COMMIT');
    return rows;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    if (error instanceof DatabaseError && badData.test(error.code ?? '')) {
      throw new AppError('BAD_FILE', `The backup's tables do not fit together: ${error.message} (${error.table ?? 'no table'}). Nothing was restored.`, { cause: error });
    }
    throw error;
  }
}

/** @throws AppError CONFLICT */
export async function assertEmpty(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ what: string }>(
    `SELECT 'datasets' AS what WHERE EXISTS (SELECT 1 FROM dataset)
     UNION ALL SELECT 'base models' WHERE EXISTS (SELECT 1 FROM base_model)
     UNION ALL SELECT 'experiments' WHERE EXISTS (SELECT 1 FROM experiment)`,
  );
  if (rows.length > 0) {
    throw new AppError('CONFLICT', `Expected a server without datasets, base models and experiments, this one has ${rows.map(({ what }) => what).join(' and ')}. Restore into a new home or database.`);
  }
}

async function copyIn(client: ClientBase, options: { target: string; columns: readonly string[]; parts: readonly string[]; store: Pick<ArtifactStore, 'read'> }): Promise<number> {
  const { target, columns, parts, store } = options;
  if (parts.length === 0) return 0;
  const stream = client.query(copyFrom(`COPY "${target}" (${columns.map((column) => `"${column}"`).join(', ')}) FROM STDIN`));
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const sha256 of parts) yield* store.read(sha256);
  }
  await pipeline(Readable.from(bytes(), { objectMode: false }), stream);
  return stream.rowCount;
}

/**
 * No process works on what these rows say is running: attempts are lost, without that counting against their experiments,
 * which wait again; imports have failed.
 */
async function endWhatRan(client: ClientBase): Promise<void> {
  const message = 'It ran when the backup was made that this was restored from.';
  await client.query(`UPDATE attempt SET state = 'lost', ended_at = now(), error = $1 WHERE state IN ('placed', 'starting', 'running')`, [{ code: 'CANCELLED', message }]);
  await client.query(
    `WITH moved AS (
       UPDATE experiment SET
         state = CASE WHEN cancel_requested_at IS NULL THEN 'queued' ELSE 'cancelled' END,
         ended_at = CASE WHEN cancel_requested_at IS NULL THEN NULL ELSE now() END
       WHERE state IN ('placed', 'running') RETURNING id, state
     ), numbered AS (
       UPDATE event_counter SET last_seq = last_seq + 1 FROM moved WHERE experiment_id = moved.id RETURNING experiment_id, last_seq, moved.state
     )
     INSERT INTO event (experiment_id, seq, attempt, type, at, data)
     SELECT experiment_id, last_seq, (SELECT coalesce(max(number), 0) FROM attempt WHERE attempt.experiment_id = numbered.experiment_id), 'state', now(),
       jsonb_build_object('state', state, 'reason', $1::text)
     FROM numbered`,
    [message],
  );
  await client.query(
    `UPDATE dataset SET state = CASE WHEN EXISTS (SELECT 1 FROM dataset_version WHERE dataset_id = dataset.id) THEN 'ready' ELSE 'failed' END, progress = NULL, error = $1, updated_at = now()
     WHERE state = 'importing'`,
    [importRan],
  );
  await client.query(`UPDATE base_model SET state = 'failed', progress = NULL, error = $1, updated_at = now() WHERE state = 'importing'`, [importRan]);
}

/** Open pages and the placer look again once this is committed. */
async function notifyAll(client: ClientBase): Promise<void> {
  const changes = new Changes();
  for (const topic of ['datasets', 'models', 'experiments', 'workers'] as const) changes.addTopic(topic);
  changes.addWake();
  for (const payload of changes.encode()) await client.query('SELECT pg_notify($1, $2)', [channel, payload]);
}
