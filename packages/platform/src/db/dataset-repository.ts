import {
  AppError,
  curationSchema,
  type CreateDataset,
  type Curation,
  type DatasetAudit,
  type DatasetVersionWire,
  type DatasetWire,
  type ErrorRecord,
  type ImportProgress,
  type ImportReport,
  type Page,
  type PageQuery,
  type SplitConfig,
} from '@eyegazer/core';
import { olderThan, pageOf, parseCursor } from './cursor.js';
import { isReferenceViolation } from './database-errors.js';
import { describeUse } from './experiment-bin.js';
import { importClaim, type ImportClaims } from './import-claims.js';
import { Prisma, type Dataset, type DatasetVersion } from './generated/client.js';
import { fromJson, fromJsonOrNull, toIso, toJson } from './json.js';
import { newId } from './new-id.js';
import type { Database } from './open-database.js';
import type { Scope, Write } from './unit-of-work.js';
/** A version to be; the manifest with this sha256 is in the artifact store already. */
export interface NewVersion {
  /** sha256 of the manifest. */
  contentId: string;
  classNames: string[];
  ordinal: boolean;
  split: SplitConfig;
  curation: Curation;
  /** `counts[split][classId]` */
  counts: ImportReport['counts'];
  leftOut: number;
}

/** What a finished import hands over; everything that it names is in the artifact store already. */
export interface FinishedImport {
  /** sha256 of the image index and of the audit. */
  images: { imagesId: string; auditId: string; audit: DatasetAudit } | null;
  report: ImportReport;
  version: NewVersion;
}

/** A dataset version as an experiment refers to it. */
export interface DatasetVersionRef {
  datasetId: string;
  versionId: string;
  name: string;
  version: number;
  /** sha256 of the manifest. */
  contentId: string;
  classNames: string[];
  /** `counts[split][classId]` */
  counts: DatasetVersionWire['counts'];
}

/** Datasets and their immutable versions. `idOrName` is a dataset's id or its name. */
export interface DatasetRepository {
  /**
   * Makes a dataset that is being imported, or starts another import under a name that is there already: the versions
   * it has stay usable meanwhile.
   * @throws AppError CONFLICT while another import runs under this name
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
  /**
   * Fails imports whose process is gone and that have shown no progress for so long; answers how many. An import belongs to
   * the process that made it with `create`, until its end.
   */
  failInterrupted(options: { silentForMs: number }): Promise<number>;
  /** @throws AppError NOT_FOUND */
  get(idOrName: string): Promise<DatasetWire>;
  list(query: PageQuery): Promise<Page<DatasetWire>>;
  /** Newest first. @throws AppError NOT_FOUND */
  listVersions(idOrName: string, query: PageQuery): Promise<Page<DatasetVersionWire>>;
  /**
   * The version that `name`, `name@version` or an id (its newest version) means.
   * @throws AppError NOT_FOUND, or BAD_DATASET when there is no usable version yet
   */
  resolveVersion(reference: string): Promise<DatasetVersionRef>;
  /** @throws AppError NOT_FOUND, or CONFLICT when an experiment uses it or an import runs */
  delete(idOrName: string): Promise<void>;
}

const newestVersion = { versions: { orderBy: { version: 'desc' }, take: 1 } } as const satisfies Prisma.DatasetInclude;
const versionList = 'dataset versions';
type DatasetRow = Dataset & { versions: DatasetVersion[] };

export function createDatasetRepository({ database: { prisma }, write, claims }: { database: Database; write: Write; claims: ImportClaims }): DatasetRepository {
  async function findRow(idOrName: string): Promise<DatasetRow> {
    // A name can look like an id: the id wins.
    const rows = await prisma.dataset.findMany({ where: { OR: [{ id: idOrName }, { name: idOrName }] }, include: newestVersion });
    const row = rows.find(({ id }) => id === idOrName) ?? rows[0];
    if (!row) throw new AppError('NOT_FOUND', `There is no dataset ${idOrName}.`, { details: { dataset: idOrName } });
    return row;
  }

  return {
    async create(input) {
      let claimed: string | null = null;
      try {
        return await write(async (scope) => {
          const known = await scope.tx.dataset.findUnique({ where: { name: input.name }, select: { id: true } });
          const row = known ? await restartImport(scope, known.id, input) : await startImport(scope, input);
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
      write(async (scope) => {
        await lockImport(scope, id);
        await ensureVersion(scope, id, result);
        const images = result.images && { ...result.images, audit: toJson(result.images.audit) };
        const data = { ...images, state: 'ready', report: toJson(result.report), progress: Prisma.DbNull, error: Prisma.DbNull, updatedAt: new Date() };
        const row = await scope.tx.dataset.update({ where: { id }, data, include: newestVersion });
        scope.changes.addTopic('datasets', id);
        await claims.release(id);
        return presentDataset(row);
      }),

    fail: (id, error) =>
      write(async (scope) => {
        await lockImport(scope, id);
        const row = await failImport(scope, id, error);
        await claims.release(id);
        return presentDataset(row);
      }),

    failInterrupted: ({ silentForMs }) =>
      write(async (scope) => {
        // A row that is locked is being worked on.
        const silent = await scope.tx.$queryRaw<{ id: string }[]>`
          SELECT id FROM dataset WHERE state = 'importing' AND updated_at <= now() - make_interval(secs => ${silentForMs / 1000}) FOR UPDATE SKIP LOCKED`;
        let failed = 0;
        for (const { id } of silent) {
          const [claim] = await scope.tx.$queryRaw<{ free: boolean }[]>`SELECT pg_try_advisory_xact_lock(${importClaim}::int, hashtext(${id})) AS free`;
          if (claim?.free !== true) continue;
          failed += 1;
          await failImport(scope, id, { code: 'UNAVAILABLE', message: 'The import was interrupted; nothing of it was kept. Start it again.' });
        }
        return failed;
      }),

    get: async (idOrName) => presentDataset(await findRow(idOrName)),

    async list({ limit, cursor }) {
      const after = parseCursor('datasets', cursor);
      const rows = await prisma.dataset.findMany({
        where: after ? olderThan(after) : {},
        include: newestVersion,
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      return pageOf({ list: 'datasets', rows, limit, cursorOf: ({ createdAt, id }) => ({ key: toIso(createdAt), id }), present: presentDataset });
    },

    async listVersions(idOrName, { limit, cursor }) {
      const before = parseVersionCursor(cursor);
      const { id } = await findRow(idOrName);
      const where = before === null ? { datasetId: id } : { datasetId: id, version: { lt: before } };
      const rows = await prisma.datasetVersion.findMany({ where, orderBy: { version: 'desc' }, take: limit + 1 });
      return pageOf({ list: versionList, rows, limit, cursorOf: ({ version, id: versionId }) => ({ key: version, id: versionId }), present: presentVersion });
    },

    async resolveVersion(reference) {
      const at = reference.lastIndexOf('@');
      const dataset = await findRow(at < 0 ? reference : reference.slice(0, at));
      if (at < 0) {
        const newest = dataset.versions[0];
        if (newest) return presentVersionRef(dataset, newest);
        const why = dataset.state === 'importing' ? 'it is still being imported' : 'its import failed';
        throw new AppError('BAD_DATASET', `The dataset ${dataset.name} has no version to train on: ${why}.`, { details: { dataset: dataset.name } });
      }
      const version = Number(reference.slice(at + 1));
      const row = version >= 1 && Number.isInteger(version) && version <= (dataset.versions[0]?.version ?? 0) ? await prisma.datasetVersion.findUnique({ where: { datasetId_version: { datasetId: dataset.id, version } } }) : null;
      if (!row) throw new AppError('NOT_FOUND', `The dataset ${dataset.name} has no version ${reference.slice(at + 1)}; its newest is ${dataset.versions[0]?.version ?? 'not there yet'}.`);
      return presentVersionRef(dataset, row);
    },

    async delete(idOrName) {
      const { id, name } = await findRow(idOrName);
      try {
        await write(async ({ tx, changes }) => {
          const { count } = await tx.dataset.deleteMany({ where: { id, state: { not: 'importing' } } });
          if (count === 0) throw new AppError('CONFLICT', `The dataset ${name} is being imported; wait for the end before deleting it.`);
          changes.addTopic('datasets', id);
        });
      } catch (cause) {
        if (!isReferenceViolation(cause)) throw cause;
        const use = await describeUse(prisma, { datasetVersion: { datasetId: id } });
        throw new AppError('CONFLICT', `The dataset ${name} cannot be deleted: it is ${use}.`, { cause });
      }
    },
  };
}

/** The version that a page of versions ended with. @throws AppError BAD_REQUEST */
function parseVersionCursor(text: string | undefined): number | null {
  const cursor = parseCursor(versionList, text);
  if (cursor === null) return null;
  const version = Number(cursor.key);
  if (Number.isInteger(version) && version >= 1 && version < 2 ** 31) return version;
  throw new AppError('BAD_REQUEST', 'cursor: expected the nextCursor of the page before, got something else.', { path: 'cursor' });
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

async function ensureVersion({ tx }: Scope, datasetId: string, { version: made, report }: FinishedImport): Promise<void> {
  const { contentId, classNames, ordinal, split, curation, counts, leftOut } = made;
  const same = await tx.datasetVersion.findUnique({ where: { datasetId_contentId: { datasetId, contentId } }, select: { id: true } });
  if (same) return;
  const newest = await tx.datasetVersion.findFirst({ where: { datasetId }, orderBy: { version: 'desc' }, select: { version: true } });
  await tx.datasetVersion.create({
    data: {
      id: newId(),
      datasetId,
      version: (newest?.version ?? 0) + 1,
      contentId,
      classNames,
      ordinal,
      split: toJson(split),
      curation: toJson(curation),
      leftOut,
      report: toJson({ ...report, counts }),
    },
  });
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

function presentDataset(row: DatasetRow): DatasetWire {
  const latest = row.versions[0];
  return {
    id: row.id,
    name: row.name,
    state: row.state as DatasetWire['state'],
    progress: fromJsonOrNull<ImportProgress>(row.progress),
    report: fromJsonOrNull<ImportReport>(row.report),
    audit: fromJsonOrNull<DatasetAudit>(row.audit),
    error: fromJsonOrNull<ErrorRecord>(row.error),
    latest: latest ? presentVersion(latest) : null,
    createdAt: toIso(row.createdAt),
  };
}

function presentVersion(row: DatasetVersion): DatasetVersionWire {
  const split = fromJson<SplitConfig>(row.split);
  return {
    version: row.version,
    contentId: row.contentId,
    classNames: row.classNames,
    ordinal: row.ordinal,
    counts: fromJson<ImportReport>(row.report).counts,
    split,
    curation: fromJsonOrNull<Curation>(row.curation) ?? curationSchema.parse({ split }),
    leftOut: row.leftOut,
    createdAt: toIso(row.createdAt),
  };
}

/** A version with its dataset's name, as experiments refer to it. */
export function presentVersionRef(dataset: Pick<Dataset, 'id' | 'name'>, version: DatasetVersion): DatasetVersionRef {
  const { contentId, classNames, counts } = presentVersion(version);
  return { datasetId: dataset.id, versionId: version.id, name: dataset.name, version: version.version, contentId, classNames, counts };
}
