import { AppError, type CreateDataset, type DatasetVersionWire, type DatasetWire, type ImportReport, type Page, type PageQuery } from '@eyegazer/core';
import { olderThan, pageOf, parseCursor } from './cursor.js';
import { isReferenceViolation } from './database-errors.js';
import { createDatasetImportRepository, type DatasetImportRepository } from './dataset-import-repository.js';
import { ensureVersion, type NewVersion } from './ensure-version.js';
import { describeUse } from './experiment-bin.js';
import { findDataset } from './find-dataset.js';
import type { ImportClaims } from './import-claims.js';
import { toIso } from './json.js';
import type { Database } from './open-database.js';
import { newestVersion, presentDataset, presentExamined, presentVersion, type DatasetRow, type ExaminedVersion } from './present-dataset.js';
import { readStoredRequest } from './stored-values.js';
import type { Write } from './unit-of-work.js';

/** What can be chosen from to make versions. */
export interface ImportedImages {
  datasetId: string;
  name: string;
  /** sha256 of the image index and of the audit. */
  imagesId: string;
  auditId: string;
  /** What the newest import was asked to do, as on the wire. */
  request: CreateDataset | null;
}

/** Datasets and their immutable versions. `idOrName` is a dataset's id or its name. */
export interface DatasetRepository extends DatasetImportRepository {
  /** @throws AppError NOT_FOUND */
  get(idOrName: string): Promise<DatasetWire>;
  list(query: PageQuery): Promise<Page<DatasetWire>>;
  /**
   * What the newest import that ended well has left.
   * @throws AppError NOT_FOUND, BAD_DATASET when there is none
   */
  getImages(idOrName: string): Promise<ImportedImages>;
  /**
   * Adds a version; content that is there already is the version it was.
   * @throws AppError NOT_FOUND, CONFLICT when the dataset was imported again since its images were `imagesId`
   */
  addVersion(idOrName: string, made: { imagesId: string; version: NewVersion }): Promise<{ version: DatasetVersionWire; isNew: boolean }>;
  /** The number of the version that has this content, or null. @throws AppError NOT_FOUND */
  findContent(idOrName: string, contentId: string): Promise<number | null>;
  /** Newest first. @throws AppError NOT_FOUND */
  listVersions(idOrName: string, query: PageQuery): Promise<Page<DatasetVersionWire>>;
  /**
   * The version that `name`, `name@version` or an id (its newest version) means.
   * @throws AppError NOT_FOUND, or BAD_DATASET when there is no usable version yet
   */
  resolveVersion(reference: string): Promise<ExaminedVersion>;
  /** With its import, if one runs. @throws AppError NOT_FOUND, or CONFLICT when an experiment uses it */
  delete(idOrName: string): Promise<void>;
}

const versionList = 'dataset versions';

export function createDatasetRepository({ database, write, claims }: { database: Database; write: Write; claims: ImportClaims }): DatasetRepository {
  const { prisma } = database;
  const findRow = (idOrName: string): Promise<DatasetRow> => findDataset(prisma, idOrName);

  return {
    ...createDatasetImportRepository({ database, write, claims }),

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

    async getImages(idOrName) {
      const { id, name, state, imagesId, auditId, request } = await findRow(idOrName);
      if (imagesId !== null && auditId !== null) return { datasetId: id, name, imagesId, auditId, request: readStoredRequest(request) };
      const why = state === 'importing' ? 'it is still being imported' : state === 'failed' ? 'its import failed' : 'it was imported before images had an index; import it again';
      throw new AppError('BAD_DATASET', `There are no images of the dataset ${name} to choose from: ${why}.`, { details: { dataset: name } });
    },

    addVersion: (idOrName, { imagesId, version }) =>
      write(async (scope) => {
        const { id, name } = await findRow(idOrName);
        const [row] = await scope.tx.$queryRaw<{ imagesId: string | null; report: ImportReport }[]>`SELECT images_id AS "imagesId", report FROM dataset WHERE id = ${id} FOR UPDATE`;
        if (!row) throw new AppError('NOT_FOUND', `There is no dataset ${idOrName}.`);
        if (row.imagesId !== imagesId) throw new AppError('CONFLICT', `The dataset ${name} was imported again meanwhile. Look at its images, and choose again.`);
        const made = await ensureVersion(scope, id, { version, report: row.report });
        if (made.isNew) scope.changes.addTopic('datasets', id);
        return made;
      }),

    async findContent(idOrName, contentId) {
      const { id: datasetId } = await findRow(idOrName);
      const row = await prisma.datasetVersion.findUnique({ where: { datasetId_contentId: { datasetId, contentId } }, select: { version: true } });
      return row?.version ?? null;
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
        if (newest) return presentExamined(dataset, newest);
        const why = dataset.state === 'importing' ? 'it is still being imported' : 'its import failed';
        throw new AppError('BAD_DATASET', `The dataset ${dataset.name} has no version to train on: ${why}.`, { details: { dataset: dataset.name } });
      }
      const version = Number(reference.slice(at + 1));
      const row = version >= 1 && Number.isInteger(version) && version <= (dataset.versions[0]?.version ?? 0) ? await prisma.datasetVersion.findUnique({ where: { datasetId_version: { datasetId: dataset.id, version } } }) : null;
      if (!row) throw new AppError('NOT_FOUND', `The dataset ${dataset.name} has no version ${reference.slice(at + 1)}; its newest is ${dataset.versions[0]?.version ?? 'not there yet'}.`);
      return presentExamined(dataset, row);
    },

    async delete(idOrName) {
      const { id, name } = await findRow(idOrName);
      try {
        await write(async ({ tx, changes }) => {
          await tx.dataset.deleteMany({ where: { id } });
          changes.addTopic('datasets', id);
        });
        await claims.release(id);
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
