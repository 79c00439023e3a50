import type { ClientBase } from 'pg';
import type { Queues } from '../queue/queues.js';

/** A worker that was lost so long ago does not come back; one that does is told to end, and registers anew. */
const lostDays = 7;
/** A worker that is not there needs no queue; one that comes back gets it anew. */
const queueHours = 1;

/**
 * Workers come and go, each under an id of its own where they run in containers. Those lost for a week count as stopped, and
 * whoever has not been there for an hour has no queue: what waits in it is no live attempt's. Answers how many were stopped.
 */
export async function retireWorkers({ client, queues }: { client: ClientBase; queues: Pick<Queues, 'listWorkers' | 'forget'> }): Promise<number> {
  const { rowCount } = await client.query(
    `WITH gone AS (UPDATE worker SET state = 'stopped' WHERE state = 'lost' AND heartbeat_at < now() - make_interval(days => $1) RETURNING id),
       freed AS (DELETE FROM lease USING attempt, gone WHERE lease.attempt_id = attempt.id AND attempt.worker_id = gone.id)
     SELECT id FROM gone`,
    [lostDays],
  );
  const { rows } = await client.query<{ id: string }>(`SELECT id FROM worker WHERE id = ANY($1) AND state <> 'alive' AND heartbeat_at < now() - make_interval(hours => $2)`, [
    await queues.listWorkers(),
    queueHours,
  ]);
  for (const { id } of rows) await queues.forget(id);
  return rowCount ?? 0;
}
