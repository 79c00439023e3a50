import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { applyMigrations } from '@eyegazer/platform';
import { Client, type QueryResultRow } from 'pg';
import { useDatabase } from '../../fixtures/embedded-postgres.js';
import { silentLog } from '../../fixtures/silent-log.js';

const everyMigration = ['0001_init', '0002_doors_and_bin', '0003_model_sources', '0004_curation'];
const migrationsFolder = resolve(import.meta.dirname, '../../../prisma/migrations');

describe('migrations', function () {
  this.timeout(30_000);
  const database = useDatabase({ migrate: false });
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-migrations-'));
    await cp(migrationsFolder, folder, { recursive: true });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function query<T extends QueryResultRow>(sql: string): Promise<T[]> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('applies each once, under 4 starters at once, and nothing the next time', async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => applyMigrations({ url: database.url, log: silentLog })));
    assert.deepEqual(answers.flat(), everyMigration);
    assert.deepEqual(await applyMigrations({ url: database.url, log: silentLog }), []);
    const rows = await query<{ migration_name: string; applied_steps_count: number; finished: boolean }>(
      'SELECT migration_name, applied_steps_count, finished_at IS NOT NULL AS finished FROM _prisma_migrations',
    );
    assert.deepEqual(
      rows,
      everyMigration.map((migration_name) => ({ migration_name, applied_steps_count: 1, finished: true })),
    );
  });

  it('leaves nothing of a migration that fails, and names the trouble', async () => {
    await mkdir(join(folder, '0099_bad'));
    await writeFile(join(folder, '0099_bad/migration.sql'), 'CREATE TABLE half (id INT); SELECT 1 / 0;');
    await assert.rejects(applyMigrations({ url: database.url, log: silentLog, migrationsFolder: folder }), /division by zero/);
    assert.deepEqual(await query(`SELECT 1 FROM pg_tables WHERE tablename = 'half'`), []);
    await writeFile(join(folder, '0099_bad/migration.sql'), 'CREATE TABLE whole (id INT);');
    assert.deepEqual(await applyMigrations({ url: database.url, log: silentLog, migrationsFolder: folder }), ['0099_bad']);
  });

  it('refuses a database that is newer, and an applied migration that was changed', async () => {
    await assert.rejects(applyMigrations({ url: database.url, log: silentLog }), { code: 'CONFLICT', message: /0099_bad.*newer/ });
    await writeFile(join(folder, '0099_bad/migration.sql'), 'CREATE TABLE other (id INT);');
    await assert.rejects(applyMigrations({ url: database.url, log: silentLog, migrationsFolder: folder }), { code: 'CONFLICT', message: /was changed/ });
  });

  it('says UNAVAILABLE without a database, which server was asked, why it refuses, and where it was named', async () => {
    const refused = async (change: (url: URL) => void, message: RegExp): Promise<void> => {
      const url = new URL(database.url);
      change(url);
      await assert.rejects(applyMigrations({ url: url.href, log: silentLog }), { code: 'UNAVAILABLE', message });
    };
    await refused((url) => (url.port = '1'), /^PostgreSQL at 127\.0\.0\.1:1 cannot be used: connect ECONNREFUSED 127\.0\.0\.1:1\. Check .* in DATABASE_URL/);
    await refused((url) => (url.password = 'hunter2'), /^(?!.*hunter2)PostgreSQL at \S+ cannot be used: password authentication failed .* in DATABASE_URL/);
    await refused((url) => (url.pathname = '/nobody'), /database "nobody" does not exist/);
  });
});

describe('the migration to base models with a state', function () {
  this.timeout(30_000);
  const database = useDatabase({ migrate: false });

  it('keeps the models of before as ViTs that are ready, also those that a backup of then brings later', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const folder = await mkdtemp(join(tmpdir(), 'eyegazer-migrations-'));
    const insert = (id: string): Promise<unknown> =>
      client.query(
        `INSERT INTO base_model (id, name, source, parameter_count, byte_length, image_size, patch_size, hidden_size, num_hidden_layers, num_attention_heads, files)
         VALUES ($1, $1, '/models', 5000000, 20000000, 224, 16, 192, 12, 3, '[]')`,
        [id],
      );
    try {
      for (const name of everyMigration.slice(0, 2)) await cp(join(migrationsFolder, name), join(folder, name), { recursive: true });
      await applyMigrations({ url: database.url, log: silentLog, migrationsFolder: folder });
      await insert('before');
      assert.deepEqual(await applyMigrations({ url: database.url, log: silentLog }), everyMigration.slice(2));
      await insert('restored');
      const { rows } = await client.query('SELECT id, state, model_type, error, progress, request, patch_size FROM base_model ORDER BY id');
      const ready = { state: 'ready', model_type: 'vit', error: null, progress: null, request: null, patch_size: 16 };
      assert.deepEqual(rows, [{ id: 'before', ...ready }, { id: 'restored', ...ready }]);
      await assert.rejects(client.query('UPDATE base_model SET hidden_size = NULL'), /base_model_ready_check/);
      await assert.rejects(client.query(`UPDATE base_model SET state = 'failed'`), /base_model_error_check/);
    } finally {
      await client.end();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('schema.prisma and the migrations', function () {
  this.timeout(30_000);
  const database = useDatabase();

  interface Model {
    table: string;
    columns: Map<string, string>;
    primaryKey: string[];
    uniques: Set<string>;
    indexes: Set<string>;
    references: Set<string>;
  }

  const types: Record<string, string> = { String: 'text', Int: 'integer', BigInt: 'bigint', Float: 'double precision', Json: 'jsonb', Bytes: 'bytea', Boolean: 'boolean', DateTime: 'timestamp(3) with time zone' };

  /** What the schema file says, line by line; it is kept in the form `prisma format` gives it. */
  function parseSchema(text: string): Model[] {
    const blocks = [...text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => ({ name, lines: body.split('\n').map((line) => line.replace(/\/\/.*$/, '').trim()) }));
    const tableOf = new Map(blocks.map(({ name, lines }) => [name, /@@map\("(\w+)"\)/.exec(lines.join('\n'))?.[1] ?? name]));
    return blocks.map(({ name, lines }) => {
      const columnOf = new Map<string, string>();
      const model: Model = { table: tableOf.get(name) ?? '', columns: new Map(), primaryKey: [], uniques: new Set(), indexes: new Set(), references: new Set() };
      const named = (list: string) => list.split(',').map((field) => columnOf.get(field.trim()) ?? field.trim());
      for (const line of lines) {
        const field = /^(\w+)\s+(\w+)(\[\]|\?)?(.*)$/.exec(line);
        const type = field && types[field[2] ?? ''];
        if (!field || !type) continue;
        const [, fieldName = '', , mark = '', rest = ''] = field;
        const column = /@map\("(\w+)"\)/.exec(rest)?.[1] ?? fieldName;
        columnOf.set(fieldName, column);
        model.columns.set(column, `${type}${mark === '[]' ? '[]' : mark === '?' ? '' : ' not null'}`);
        if (/@id\b/.test(rest)) model.primaryKey = [column];
        if (/@unique\b/.test(rest)) model.uniques.add(column);
      }
      for (const line of lines) {
        const block = /^@@(id|unique|index)\(\[([^\]]+)\]/.exec(line);
        if (block?.[1] === 'id') model.primaryKey = named(block[2] ?? '');
        if (block?.[1] === 'unique') model.uniques.add(named(block[2] ?? '').join(','));
        if (block?.[1] === 'index') model.indexes.add(named(block[2] ?? '').join(','));
        const relation = /^\w+\s+(\w+)\??\s+@relation\(fields: \[([^\]]+)\].*onDelete: (\w+)/.exec(line);
        if (relation) model.references.add(`${named(relation[2] ?? '').join(',')} -> ${tableOf.get(relation[1] ?? '')} ${relation[3]?.toLowerCase()}`);
      }
      return model;
    });
  }

  it('agree with the generated client: it was made from this file', async () => {
    const generated = await readFile(resolve(migrationsFolder, '../../packages/platform/src/db/generated/internal/class.ts'), 'utf8');
    const line = generated.split('\n').find((one) => one.trim().startsWith('"inlineSchema":')) ?? '';
    const { inlineSchema } = JSON.parse(`{${line.trim().replace(/,$/, '')}}`) as { inlineSchema?: string };
    assert.equal(inlineSchema, await readFile(resolve(migrationsFolder, '../schema.prisma'), 'utf8'));
  });

  it('say the same: tables, columns, types, keys, indexes, references', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      const models = parseSchema(await readFile(resolve(migrationsFolder, '../schema.prisma'), 'utf8'));
      const tables = await client.query<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`);
      assert.deepEqual(models.map(({ table }) => table).sort(), tables.rows.map(({ name }) => name).sort());
      for (const model of models) {
        const columns = await client.query<{ name: string; type: string }>(
          `SELECT attname AS name, format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END AS type
           FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
          [model.table],
        );
        assert.deepEqual(new Map(columns.rows.map(({ name, type }) => [name, type])), model.columns, model.table);
        // Partial indexes are the migration's own.
        const indexes = await client.query<{ columns: string; primary: boolean; unique: boolean }>(
          `SELECT (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, n) JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) AS columns,
             i.indisprimary AS primary, i.indisunique AS unique
           FROM pg_index i WHERE i.indrelid = $1::regclass AND i.indpred IS NULL`,
          [model.table],
        );
        const found = (keep: (row: { primary: boolean; unique: boolean }) => boolean) => indexes.rows.filter(keep).map((row) => row.columns).sort();
        assert.deepEqual(found(({ primary }) => primary), [model.primaryKey.join(',')], `${model.table}: primary key`);
        assert.deepEqual(found(({ primary, unique }) => unique && !primary), [...model.uniques].sort(), `${model.table}: unique`);
        assert.deepEqual(found(({ unique }) => !unique), [...model.indexes].sort(), `${model.table}: indexes`);
        const references = await client.query<{ reference: string }>(
          `SELECT (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY AS k(attnum, n) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum)
             || ' -> ' || c.confrelid::regclass || CASE c.confdeltype WHEN 'c' THEN ' cascade' WHEN 'r' THEN ' restrict' ELSE ' other' END AS reference
           FROM pg_constraint c WHERE c.conrelid = $1::regclass AND c.contype = 'f'`,
          [model.table],
        );
        assert.deepEqual(references.rows.map(({ reference }) => reference).sort(), [...model.references].sort(), `${model.table}: references`);
      }
    } finally {
      await client.end();
    }
  });
});
