import { AppError, formatModelSource, type ErrorRecord, type ModelFacts, type ModelProgress, type ModelSource, type ModelWire } from '@eyegazer/core';
import { Prisma, type BaseModel } from './generated/client.js';
import { importClaim, type ImportClaims } from './import-claims.js';
import { fromJsonOrNull, toJson } from './json.js';
import { importedAlready, presentModel, readyRow, type ModelFile } from './model-repository.js';
import { newId } from './new-id.js';
import type { Database } from './open-database.js';
import type { Scope, Write } from './unit-of-work.js';

/** What a finished import hands over; its files are in the artifact store already. */
export interface FinishedModelImport extends ModelFacts {
  /** With the commit, where it came from the hub. */
  source: string;
  files: ModelFile[];
}

/** Imports of base models that take their time: `importing` until `ready` or `failed`. */
export interface ModelImportRepository {
  /**
   * Makes a model that is being imported, or starts a failed import again. `isStarted` is false when there is nothing to do: a
   * model of this name is here, or on its way, from the same source.
   * @throws AppError CONFLICT when the name is another source's
   */
  start(input: { name: string; source: ModelSource }): Promise<{ model: ModelWire; isStarted: boolean }>;
  /** @throws AppError ILLEGAL_TRANSITION when it is not being imported, NOT_FOUND when it was deleted */
  updateProgress(id: string, progress: ModelProgress): Promise<void>;
  /** Makes it ready. @throws as `updateProgress` */
  finish(id: string, result: FinishedModelImport): Promise<void>;
  /** Records why it failed. @throws as `updateProgress` */
  fail(id: string, error: ErrorRecord): Promise<void>;
  /** Fails imports whose process is gone and that have shown no progress for so long; answers how many. */
  failInterrupted(options: { silentForMs: number }): Promise<number>;
  /** Those of `ids` that are still to become something: importing, or failed and perhaps tried again. */
  findUnfinished(ids: readonly string[]): Promise<string[]>;
}

export function createModelImportRepository({ database: { prisma }, write, claims }: { database: Database; write: Write; claims: ImportClaims }): ModelImportRepository {
  return {
    async start({ name, source }) {
      let claimed: string | null = null;
      try {
        return await write(async (scope) => {
          const { row, isStarted } = await startRow(scope, { name, source });
          if (!isStarted) return { model: presentModel(row), isStarted };
          // Before anybody can see that it is being imported.
          await claims.take(row.id);
          claimed = row.id;
          scope.changes.addTopic('models', row.id);
          return { model: presentModel(row), isStarted };
        });
      } catch (error) {
        // Where the commit was done and only its answer lost, it is an import that nobody works on.
        if (claimed !== null) await claims.release(claimed);
        throw error;
      }
    },

    updateProgress: (id, progress) =>
      write(async (scope) => {
        await lockImport(scope, id);
        await scope.tx.baseModel.update({ where: { id }, data: { progress: toJson(progress), updatedAt: new Date() } });
        scope.changes.addTopic('models', id);
      }),

    finish: (id, result) =>
      write(async (scope) => {
        const { request } = await lockImport(scope, id);
        await scope.tx.baseModel.update({ where: { id }, data: readyRow({ ...result, request }) });
        scope.changes.addTopic('models', id);
        await claims.release(id);
      }),

    fail: (id, error) =>
      write(async (scope) => {
        await lockImport(scope, id);
        await failRow(scope, id, error);
        await claims.release(id);
      }),

    failInterrupted: ({ silentForMs }) =>
      write(async (scope) => {
        // A row that is locked is being worked on.
        const silent = await scope.tx.$queryRaw<{ id: string }[]>`
          SELECT id FROM base_model WHERE state = 'importing' AND updated_at <= now() - make_interval(secs => ${silentForMs / 1000}) FOR UPDATE SKIP LOCKED`;
        let failed = 0;
        for (const { id } of silent) {
          const [claim] = await scope.tx.$queryRaw<{ free: boolean }[]>`SELECT pg_try_advisory_xact_lock(${importClaim}::int, hashtext(${id})) AS free`;
          if (claim?.free !== true) continue;
          failed += 1;
          await failRow(scope, id, { code: 'UNAVAILABLE', message: 'The import was interrupted. Start it again: it goes on from the bytes that are here.' });
        }
        return failed;
      }),

    async findUnfinished(ids) {
      const rows = await prisma.baseModel.findMany({ where: { id: { in: [...ids] }, state: { not: 'ready' } }, select: { id: true } });
      return rows.map(({ id }) => id);
    },
  };
}

/** The row of this name, which is being imported from now on if there is something to import. @throws AppError CONFLICT */
async function startRow({ tx }: Pick<Scope, 'tx'>, { name, source }: { name: string; source: ModelSource }): Promise<{ row: BaseModel; isStarted: boolean }> {
  const id = newId();
  const data = { source: formatModelSource(source), state: 'importing', request: toJson(source), modelType: null, progress: Prisma.DbNull, error: Prisma.DbNull, updatedAt: new Date() };
  await tx.baseModel.createMany({ data: [{ ...data, id, name, files: [] }], skipDuplicates: true });
  // Locked: of two that start a failed one again, the second finds it importing.
  await tx.$queryRaw`SELECT 1 FROM base_model WHERE name = ${name} FOR UPDATE`;
  const row = await tx.baseModel.findUnique({ where: { name } });
  // Deleted between the two: the name is free now.
  if (row === null) return startRow({ tx }, { name, source });
  if (row.id === id) return { row, isStarted: true };
  if (row.state === 'failed') return { row: await tx.baseModel.update({ where: { name }, data }), isStarted: true };
  const known = fromJsonOrNull<ModelSource>(row.request);
  if (known !== null && formatModelSource(known) === formatModelSource(source)) return { row, isStarted: false };
  if (row.state === 'importing') throw importedAlready(name);
  throw new AppError('CONFLICT', `There is a base model ${name} already, from ${row.source}; choose another name, or delete that one first.`, { path: 'name' });
}

/** Locks a model whose import runs. @throws AppError NOT_FOUND, ILLEGAL_TRANSITION */
async function lockImport({ tx }: Scope, id: string): Promise<{ request: ModelSource | null }> {
  const [row] = await tx.$queryRaw<{ name: string; state: string; request: ModelSource | null }[]>`SELECT name, state, request FROM base_model WHERE id = ${id} FOR UPDATE`;
  if (!row) throw new AppError('NOT_FOUND', `There is no base model ${id}.`);
  if (row.state !== 'importing') throw new AppError('ILLEGAL_TRANSITION', `The base model ${row.name} is ${row.state}, not being imported.`);
  return row;
}

async function failRow({ tx, changes }: Scope, id: string, error: ErrorRecord): Promise<void> {
  changes.addTopic('models', id);
  await tx.baseModel.update({ where: { id }, data: { state: 'failed', error: toJson(error), progress: Prisma.DbNull, updatedAt: new Date() } });
}
