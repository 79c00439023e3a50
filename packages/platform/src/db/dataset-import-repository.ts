import { AppError, type CreateDataset, type DatasetAudit, type DatasetWire, type ErrorRecord, type ImportProgress, type ImportReport } from '@eyegazer/core';
import { ensureVersion, type NewVersion } from './ensure-version.js';
import { Prisma } from './generated/client.js';
import { importClaim, type ImportClaims } from './import-claims.js';
import { toJson } from './json.js';
import { newId } from './new-id.js';
import { findDataset } from './find-dataset.js';
import { newestVersion, presentDataset, type DatasetRow } from './present-dataset.js';
import type { Database, Tx } from './open-database.js';
import { readStoredRequest } from './stored-values.js';
import type { Scope, Write } from './unit-of-work.js';

/** What a finished import hands over; everything that it names is in the artifact store already. */
export interface FinishedImport {
  /** sha256 of the image index and of the audit. */
  images: { imagesId: string; auditId: string; audit: DatasetAudit };
  report: ImportReport;
  version: NewVersion;
}

/** Imports of datasets, which take their time: `importing` until `ready` or `failed`. */
export interface DatasetImportRepository {
  /**
   * Makes a dataset that is being imported, or starts another import under a name that is there already: the versions
   * it has stay usable meanwhile.
   * @throws AppError CONFLICT while another import runs under this name, or one that was cancelled is still ending in another process
   */
  create(input: CreateDataset): Promise<DatasetWire>;
  /** @throws AppError ILLEGAL_TRANSITION when the dataset is not being imported */
  updateProgress(id: string, progress: ImportProgress): Promise<void>;
  /**
   * Makes the dataset ready. Content that is there already is the version it was, not a new one.
   * @throws AppError ILLEGAL_TRANSITION when the dataset is not being imported
   */
  finish(id: string, result: FinishedImport): Promise<DatasetWire>;
  /** Records why an import failed; a dataset that has a version stays ready. */
  fail(id: string, error: ErrorRecord): Promise<DatasetWire>;
  /** Ends an import that a person wants no more, as `fail` does. @throws AppError NOT_FOUND, ILLEGAL_TRANSITION when none runs */
  cancelImport(idOrName: string): Promise<DatasetWire>;
  /**
   * Takes over imports whose process is gone and that have shown no progress for so long: they belong to this process from now
   * on. An import belongs to the process that made it with `create`, until its end.
   */
  takeInterrupted(options: { silentForMs: number }): Promise<{ id: string; name: string; request: CreateDataset | null }[]>;
  /** Those of `ids` that are being imported. */
  findImporting(ids: readonly string[]): Promise<string[]>;
}

export function createDatasetImportRepository({ database: { prisma }, write, claims }: { database: Database; write: Write; claims: ImportClaims }): DatasetImportRepository {
  /** Writes the end of an import, which is claimed by nobody then. */
  async function end(id: string, work: (scope: Scope) => Promise<DatasetRow>): Promise<DatasetWire> {
    try {
      return await write(async (scope) => {
        await lockImport(scope, id);
        const row = await work(scope);
        await claims.release(id);
        return presentDataset(row);
      });
    } catch (cause) {
      // Deleted, or cancelled by another process: there is nothing left to claim.
      if (cause instanceof AppError && (cause.code === 'NOT_FOUND' || cause.code === 'ILLEGAL_TRANSITION')) await claims.release(id);
      throw cause;
    }
  }
  const fail = (id: string, error: ErrorRecord): Promise<DatasetWire> => end(id, (scope) => failImport(scope, id, error));

  /**
   * Another process that has not seen yet that its import was cancelled would write its progress and its end into the new one.
   * @throws AppError CONFLICT
   */
  async function assertNobodyEnds({ tx }: Scope, { id, name }: DatasetRow): Promise<void> {
    // What this process had under way gives way to the next by itself.
    if (claims.has(id) || (await isUnclaimed(tx, id))) return;
    throw new AppError('CONFLICT', `The former import of ${name} was cancelled and is still ending in another process. Try again in a few seconds.`);
  }

  return {
    async create(input) {
      let claimed: string | null = null;
      try {
        return await write(async (scope) => {
          const known = await scope.tx.dataset.findUnique({ where: { name: input.name }, select: { id: true } });
          const row = known ? await restartImport(scope, known.id, input) : await startImport(scope, input);
          if (known) await assertNobodyEnds(scope, row);
          // Before anybody can see that it is being imported.
          await claims.take(row.id);
          claimed = row.id;
          scope.changes.addTopic('datasets', row.id);
          return presentDataset(row);
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
        await scope.tx.dataset.update({ where: { id }, data: { progress: toJson(progress), updatedAt: new Date() } });
        scope.changes.addTopic('datasets', id);
      }),

    finish: (id, result) =>
      end(id, async (scope) => {
        await ensureVersion(scope, id, result);
        const images = { ...result.images, audit: toJson(result.images.audit) };
        const data = { ...images, state: 'ready', report: toJson(result.report), progress: Prisma.DbNull, error: Prisma.DbNull, updatedAt: new Date() };
        const row = await scope.tx.dataset.update({ where: { id }, data, include: newestVersion });
        scope.changes.addTopic('datasets', id);
        return row;
      }),

    fail,
    cancelImport: async (idOrName) => fail((await findDataset(prisma, idOrName)).id, { code: 'CANCELLED', message: 'The import was cancelled.' }),

    async takeInterrupted({ silentForMs }) {
      const claimed: string[] = [];
      try {
        return await write(async (scope) => {
          // A row that is locked is being worked on.
          const silent = await scope.tx.$queryRaw<{ id: string }[]>`
            SELECT id FROM dataset WHERE state = 'importing' AND updated_at <= now() - make_interval(secs => ${silentForMs / 1000}) FOR UPDATE SKIP LOCKED`;
          for (const { id } of silent) {
            if (!(await isUnclaimed(scope.tx, id))) continue;
            await claims.take(id);
            claimed.push(id);
          }
          await scope.tx.dataset.updateMany({ where: { id: { in: claimed } }, data: { updatedAt: new Date() } });
          const rows = await scope.tx.dataset.findMany({ where: { id: { in: claimed } }, orderBy: { createdAt: 'asc' } });
          return rows.map(({ id, name, request }) => ({ id, name, request: readStoredRequest(request) }));
        });
      } catch (error) {
        for (const id of claimed) await claims.release(id);
        throw error;
      }
    },

    async findImporting(ids) {
      const rows = await prisma.dataset.findMany({ where: { id: { in: [...ids] }, state: 'importing' }, select: { id: true } });
      return rows.map(({ id }) => id);
    },
  };
}

/** Whether no process at all has claimed an import. Its row is locked, so that nobody can meanwhile. */
async function isUnclaimed(tx: Tx, id: string): Promise<boolean> {
  const [claim] = await tx.$queryRaw<{ free: boolean }[]>`SELECT pg_try_advisory_lock(${importClaim}::int, hashtext(${id})) AS free`;
  if (claim?.free !== true) return false;
  await tx.$executeRaw`SELECT pg_advisory_unlock(${importClaim}::int, hashtext(${id}))`;
  return true;
}

function startImport({ tx }: Scope, input: CreateDataset): Promise<DatasetRow> {
  return tx.dataset.create({ data: { id: newId(), name: input.name, state: 'importing', request: toJson(input) }, include: newestVersion });
}

async function restartImport({ tx }: Scope, id: string, input: CreateDataset): Promise<DatasetRow> {
  const { count } = await tx.dataset.updateMany({
    where: { id, state: { not: 'importing' } },
    data: { state: 'importing', request: toJson(input), progress: Prisma.DbNull, error: Prisma.DbNull, updatedAt: new Date() },
  });
  if (count === 0) throw new AppError('CONFLICT', `The dataset ${input.name} is being imported already; wait for its end, or choose another name.`);
  return tx.dataset.findUniqueOrThrow({ where: { id }, include: newestVersion });
}

/** Locks a dataset whose import runs. @throws AppError NOT_FOUND, ILLEGAL_TRANSITION */
async function lockImport({ tx }: Scope, id: string): Promise<void> {
  const [row] = await tx.$queryRaw<{ name: string; state: string }[]>`SELECT name, state FROM dataset WHERE id = ${id} FOR UPDATE`;
  if (!row) throw new AppError('NOT_FOUND', `There is no dataset ${id}.`);
  if (row.state !== 'importing') throw new AppError('ILLEGAL_TRANSITION', `The dataset ${row.name} is ${row.state}, not being imported.`);
}

async function failImport({ tx, changes }: Scope, id: string, error: ErrorRecord): Promise<DatasetRow> {
  const versions = await tx.datasetVersion.count({ where: { datasetId: id } });
  changes.addTopic('datasets', id);
  return tx.dataset.update({
    where: { id },
    data: { state: versions > 0 ? 'ready' : 'failed', error: toJson(error), progress: Prisma.DbNull, updatedAt: new Date() },
    include: newestVersion,
  });
}

