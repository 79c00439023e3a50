import type { ExperimentSummary, Page } from '@eyegazer/core';
import { pageOf, parseCursor, parseCursorTime, type Cursor } from './cursor.js';
import type { ExperimentQuery } from './experiment-repository.js';
import { Prisma } from './generated/client.js';
import { toIso } from './json.js';
import type { Database } from './open-database.js';
import { presentSummary, summaryColumns, type SummaryRow } from './present-experiment.js';

interface FoundRow {
  id: string;
  /** What `newest` goes by. */
  at: Date;
  value: number | null;
}

/** One page of experiments. The order and the filters are SQL, because a metric is sought inside a JSON column. */
export async function listExperiments({ prisma }: Database, query: ExperimentQuery): Promise<Page<ExperimentSummary>> {
  const sort = query.sort ?? 'newest';
  const deleted = query.deleted ?? false;
  const list = `${deleted ? 'bin' : 'experiments'} by ${sort}`;
  const at = deleted ? Prisma.sql`e.deleted_at` : Prisma.sql`e.created_at`;
  const after = parseCursor(list, query.cursor);
  // Best first: ascending after the sign, whatever the metric.
  const sign = sort === 'loss' ? 1 : -1;
  const value = sort === 'newest' ? Prisma.sql`NULL::float8` : Prisma.sql`(e.best ->> ${sort})::float8 * ${sign}::float8`;
  const conditions = [...conditionsOf(query), ...(after ? [afterCursor(after, { sort, value, at })] : [])];
  const found = await prisma.$queryRaw<FoundRow[]>`
    SELECT e.id, ${at} AS at, ${value} AS value
    FROM experiment e
    JOIN dataset_version v ON v.id = e.dataset_version_id
    JOIN dataset d ON d.id = v.dataset_id
    JOIN base_model m ON m.id = e.model_id
    WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY ${sort === 'newest' ? Prisma.sql`${at} DESC, e.id DESC` : Prisma.sql`value ASC NULLS LAST, e.id DESC`}
    LIMIT ${query.limit + 1}`;
  const rows = await prisma.experiment.findMany({ where: { id: { in: found.map(({ id }) => id) } }, select: summaryColumns });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const page = pageOf({ list, rows: found, limit: query.limit, cursorOf: (row) => ({ key: sort === 'newest' ? toIso(row.at) : row.value, id: row.id }), present: ({ id }) => byId.get(id) });
  return { ...page, items: page.items.filter((row): row is SummaryRow => row !== undefined).map(presentSummary) };
}

function conditionsOf(query: ExperimentQuery): Prisma.Sql[] {
  const { states, dataset, model, task, tag, text, deleted } = query;
  // Without its counter an experiment is being removed for good.
  const inBin = Prisma.sql`e.deleted_at IS NOT NULL AND EXISTS (SELECT 1 FROM event_counter WHERE experiment_id = e.id)`;
  const conditions: Prisma.Sql[] = [deleted === true ? inBin : Prisma.sql`e.deleted_at IS NULL`];
  if (states !== undefined) conditions.push(Prisma.sql`e.state = ANY(${states})`);
  if (dataset !== undefined) conditions.push(Prisma.sql`${dataset} IN (d.name, d.name || '@' || v.version)`);
  if (model !== undefined) conditions.push(Prisma.sql`m.name = ${model}`);
  if (task !== undefined) conditions.push(Prisma.sql`e.task_kind = ${task}`);
  if (tag !== undefined) conditions.push(Prisma.sql`e.tags @> ${[tag]}::text[]`);
  if (text !== undefined) conditions.push(Prisma.sql`e.name ILIKE ${`%${text.replace(/[\\%_]/g, '\\$&')}%`}`);
  return conditions;
}

function afterCursor({ key, id }: Cursor, { sort, value, at }: { sort: string; value: Prisma.Sql; at: Prisma.Sql }): Prisma.Sql {
  if (sort === 'newest') {
    return Prisma.sql`(${at}, e.id) < (${parseCursorTime(key)}::timestamptz, ${id})`;
  }
  if (key === null) return Prisma.sql`(${value} IS NULL AND e.id < ${id})`;
  return Prisma.sql`(${value} > ${Number(key)}::float8 OR (${value} = ${Number(key)}::float8 AND e.id < ${id}) OR ${value} IS NULL)`;
}
