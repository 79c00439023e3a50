import { AppError, formatModelSource, type ErrorRecord, type ModelFacts, type ModelProgress, type ModelSource, type ModelWire, type Page, type PageQuery, type ReadyModelWire } from '@eyegazer/core';
import { olderThan, pageOf, parseCursor } from './cursor.js';
import { isReferenceViolation } from './database-errors.js';
import { describeUse } from './experiment-bin.js';
import { Prisma, type BaseModel } from './generated/client.js';
import type { ImportClaims } from './import-claims.js';
import { fromJson, fromJsonOrNull, toIso, toJson, toJsonOrNull } from './json.js';
import { newId } from './new-id.js';
import type { Database, Tx } from './open-database.js';
import type { Write } from './unit-of-work.js';

/** One file of a base model, in the artifact store. */
export interface ModelFile {
  /** e.g. `config.json`, `model.safetensors` */
  name: string;
  sha256: string;
  byteLength: number;
}

/** A base model that is here, with where its bytes are. */
export interface StoredModel extends ReadyModelWire {
  files: ModelFile[];
}

export interface NewModel extends ModelFacts {
  name: string;
  /** Where it came from, for people. */
  source: string;
  /** What a person asked for; null for what is built in. */
  request: ModelSource | null;
  files: ModelFile[];
}

/** Base models. `idOrName` is a model's id or its name. */
export interface ModelRepository {
  /**
   * Writes a model whose files are in the store. The same name with the same files answers the model that is there; a failed
   * import of this name gives way.
   * @throws AppError CONFLICT when the name has other files, or is being imported
   */
  create(input: NewModel): Promise<StoredModel>;
  /** One that can be trained. @throws AppError NOT_FOUND, or BAD_MODEL while it is being imported and when that failed */
  get(idOrName: string): Promise<StoredModel>;
  /** In whatever state. @throws AppError NOT_FOUND */
  describe(idOrName: string): Promise<ModelWire>;
  /** The newest that can be trained and came from there; of a hub id without the commit that its revision means. Null when there is none. */
  findBySource(source: ModelSource): Promise<StoredModel | null>;
  list(query: PageQuery): Promise<Page<ModelWire>>;
  /** Ends its import, too. @throws AppError NOT_FOUND, or CONFLICT when an experiment uses it */
  delete(idOrName: string): Promise<void>;
}

export function createModelRepository({ database: { prisma }, write, claims }: { database: Database; write: Write; claims: ImportClaims }): ModelRepository {
  async function findRow(idOrName: string): Promise<BaseModel> {
    const rows = await prisma.baseModel.findMany({ where: { OR: [{ id: idOrName }, { name: idOrName }] } });
    const row = rows.find(({ id }) => id === idOrName) ?? rows[0];
    if (!row) throw new AppError('NOT_FOUND', `There is no base model ${idOrName}.`, { details: { model: idOrName } });
    return row;
  }

  return {
    create: (input) =>
      write(async ({ tx, changes }) => {
        const { row, id } = await createRow(tx, input);
        if (row.state === 'importing') throw importedAlready(input.name);
        const model = presentStoredModel(row);
        if (model.id !== id && hashesOf(model.files) !== hashesOf(input.files)) {
          throw new AppError('CONFLICT', `There is a base model ${input.name} with other files; choose another name.`, { path: 'name' });
        }
        changes.addTopic('models', model.id);
        return model;
      }),

    async get(idOrName) {
      const row = await findRow(idOrName);
      const model = presentModel(row);
      if (model.state === 'ready') return presentStoredModel(row);
      const why = model.state === 'importing' ? `is still being imported${describeProgress(model.progress)}. Wait until it is ready` : `cannot be trained, because its import failed: ${model.error.message} Import it again`;
      throw new AppError('BAD_MODEL', `The base model ${model.name} ${why}.`, { details: { model: model.name, state: model.state } });
    },

    describe: async (idOrName) => presentModel(await findRow(idOrName)),

    async findBySource(source) {
      const isFrom: Prisma.BaseModelWhereInput[] = [{ source: formatModelSource(source) }, { request: { equals: toJson(source) } }];
      const row = await prisma.baseModel.findFirst({ where: { state: 'ready', OR: isFrom }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
      return row && presentStoredModel(row);
    },

    async list({ limit, cursor }) {
      const after = parseCursor('models', cursor);
      const rows = await prisma.baseModel.findMany({ where: after ? olderThan(after) : {}, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: limit + 1 });
      return pageOf({ list: 'models', rows, limit, cursorOf: ({ createdAt, id }) => ({ key: toIso(createdAt), id }), present: presentModel });
    },

    async delete(idOrName) {
      const { id, name } = await findRow(idOrName);
      try {
        await write(async ({ tx, changes }) => {
          await tx.baseModel.deleteMany({ where: { id } });
          changes.addTopic('models', id);
        });
      } catch (cause) {
        if (!isReferenceViolation(cause)) throw cause;
        throw new AppError('CONFLICT', `The base model ${name} cannot be deleted: it is ${await describeUse(prisma, { modelId: id })}.`, { cause });
      }
      await claims.release(id);
    },
  };
}

/** The row of this name, which is of the id answered beside it where there was none before. */
async function createRow(tx: Tx, input: NewModel): Promise<{ row: BaseModel; id: string }> {
  const id = newId();
  const data = readyRow(input);
  // The name decides who comes first; the second finds the row of the first.
  await tx.baseModel.createMany({ data: [{ ...data, id, name: input.name }], skipDuplicates: true });
  await tx.baseModel.updateMany({ where: { name: input.name, state: 'failed' }, data });
  const row = await tx.baseModel.findUnique({ where: { name: input.name } });
  // Deleted between the two: the name is free now.
  return row === null ? createRow(tx, input) : { row, id };
}

/** The columns of a model that is here. */
export function readyRow({ source, request, files, ...facts }: Omit<NewModel, 'name'>) {
  const { modelType, parameterCount, byteLength, imageSize, patchSize, hiddenSize, numHiddenLayers, numAttentionHeads } = facts;
  const known = { modelType, parameterCount, byteLength, imageSize, patchSize, hiddenSize, numHiddenLayers, numAttentionHeads };
  return { source, state: 'ready', request: toJsonOrNull(request), ...known, files: toJson(files), progress: Prisma.DbNull, error: Prisma.DbNull, updatedAt: new Date() };
}

export function importedAlready(name: string): AppError {
  return new AppError('CONFLICT', `The base model ${name} is being imported already; wait for its end, delete it, or choose another name.`, { path: 'name' });
}

function hashesOf(files: ModelFile[]): string {
  return files.map(({ name, sha256 }) => `${name}=${sha256}`).sort().join(' ');
}

function describeProgress(progress: ModelProgress | null): string {
  return progress === null || progress.totalBytes === null || progress.totalBytes === 0 ? '' : ` (${Math.floor((100 * progress.doneBytes) / progress.totalBytes)} %)`;
}

export function presentModel(row: BaseModel): ModelWire {
  const identity = { id: row.id, name: row.name, source: row.source, createdAt: toIso(row.createdAt) };
  if (row.state === 'importing') return { ...identity, state: 'importing', progress: fromJsonOrNull<ModelProgress>(row.progress) };
  if (row.error !== null) return { ...identity, state: 'failed', error: fromJson<ErrorRecord>(row.error) };
  return presentReady(row);
}

/** The database holds to it that a ready row has all of these. */
function presentReady(row: BaseModel): ReadyModelWire {
  return {
    id: row.id,
    name: row.name,
    source: row.source,
    state: 'ready',
    modelType: String(row.modelType),
    parameterCount: Number(row.parameterCount),
    byteLength: Number(row.byteLength),
    imageSize: Number(row.imageSize),
    patchSize: Number(row.patchSize),
    hiddenSize: Number(row.hiddenSize),
    numHiddenLayers: Number(row.numHiddenLayers),
    numAttentionHeads: Number(row.numAttentionHeads),
    createdAt: toIso(row.createdAt),
  };
}

/** @param row of a model that is ready */
export function presentStoredModel(row: BaseModel): StoredModel {
  return { ...presentReady(row), files: fromJson<ModelFile[]>(row.files) };
}
