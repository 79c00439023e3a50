import type { ClientBase } from 'pg';

export interface CarriedTable {
  name: string;
  /** Which rows are carried; all unless told. */
  where?: string;
  /**
   * Where rows of the target may stay beside those of the backup: the rows are copied into a temporary table
   * `restored_<name>` first, and these statements bring them over.
   */
  merge?: readonly string[];
}

/**
 * The tables of a backup, in an order in which every row finds what it refers to. What ran when the backup was made does
 * not run where it is restored: leases, outbox and devices stay behind, and so do browsers' sessions.
 */
export const carriedTables: readonly CarriedTable[] = [
  { name: 'dataset' },
  { name: 'dataset_version' },
  { name: 'base_model' },
  // The token that restores is one of the target's, and stays usable.
  { name: 'access_token', merge: ['INSERT INTO access_token SELECT * FROM restored_access_token ON CONFLICT DO NOTHING'] },
  {
    name: 'worker',
    where: 'id IN (SELECT worker_id FROM attempt)',
    // A worker of the same machine and home may have registered already; it is the same one.
    merge: [
      `UPDATE restored_worker SET state = 'stopped', token_id = (SELECT id FROM access_token WHERE id = token_id)`,
      'INSERT INTO worker SELECT * FROM restored_worker ON CONFLICT DO NOTHING',
    ],
  },
  { name: 'experiment' },
  { name: 'event_counter' },
  { name: 'event' },
  { name: 'metric_chunk' },
  { name: 'metric_bucket' },
  {
    name: 'attempt',
    merge: [
      `UPDATE restored_attempt SET worker_id = worker.id FROM restored_worker JOIN worker USING (machine_id, home) WHERE worker_id = restored_worker.id`,
      'INSERT INTO attempt SELECT * FROM restored_attempt',
    ],
  },
  { name: 'artifact' },
  {
    name: 'audit_entry',
    // Numbered anew, and the target's own few entries after them: newest is what happened last.
    merge: [
      'LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE',
      `UPDATE restored_audit_entry SET id = numbered.id FROM
         (SELECT id AS old, (SELECT coalesce(max(id), 0) FROM audit_entry) + row_number() OVER (ORDER BY id) AS id FROM restored_audit_entry) AS numbered
       WHERE restored_audit_entry.id = numbered.old`,
      `UPDATE audit_entry SET id = numbered.id FROM
         (SELECT id AS old, (SELECT max(id) FROM (SELECT id FROM audit_entry UNION ALL SELECT id FROM restored_audit_entry) AS every) + row_number() OVER (ORDER BY id) AS id FROM audit_entry) AS numbered
       WHERE audit_entry.id = numbered.old`,
      'INSERT INTO audit_entry SELECT * FROM restored_audit_entry',
      `SELECT setval(pg_get_serial_sequence('audit_entry', 'id'), (SELECT coalesce(max(id), 1) FROM audit_entry))`,
    ],
  },
];

/** Tables that a backup leaves out on purpose. */
export const leftBehind = ['device', 'lease', 'outbox', 'session', '_prisma_migrations'] as const;

/** The columns of every table of this database, by table. */
export async function readColumns(client: ClientBase): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `SELECT table_name AS name, array_agg(column_name::text ORDER BY ordinal_position) AS columns
     FROM information_schema.columns WHERE table_schema = current_schema() AND is_generated = 'NEVER' GROUP BY table_name`,
  );
  return new Map(rows.map(({ name, columns }) => [name, columns]));
}

/** The migrations that this database has, oldest first. */
export async function readMigrations(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name',
  );
  return rows.map(({ name }) => name);
}
