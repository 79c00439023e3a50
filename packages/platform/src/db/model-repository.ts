import { AppError, type ModelWire, type Page, type PageQuery } from '@eyegazer/core';
import { olderThan, pageOf, parseCursor } from './cursor.js';
import { isReferenceViolation } from './database-errors.js';
import { describeUse } from './experiment-bin.js';
import type { BaseModel } from './generated/client.js';
import { fromJson, toIso, toJson } from './json.js';
import { newId } from './new-id.js';
import type { Database } from './open-database.js';
import type { Write } from './unit-of-work.js';
/** One file of a base model, in the artifact store. */
export interface ModelFile {
  /** e.g. `config.json`, `model.safetensors` */
  name: string;
  sha256: string;
  byteLength: number;
}

/** A base model with where its bytes are. */
export interface StoredModel extends ModelWire {
  files: ModelFile[];
}

export type NewModel = Omit<StoredModel, 'id' | 'createdAt'>;

/** Base models. `idOrName` is a model's id or its name. */
export interface ModelRepository {
  /** The same name with the same files answers the model that is there. @throws AppError CONFLICT when the name has other files */
  create(input: NewModel): Promise<StoredModel>;
  /** @throws AppError NOT_FOUND */
  get(idOrName: string): Promise<StoredModel>;
  list(query: PageQuery): Promise<Page<ModelWire>>;
  /** @throws AppError NOT_FOUND, or CONFLICT when an experiment uses it */
  delete(idOrName: string): Promise<void>;
}

export function createModelRepository({ database: { prisma }, write }: { database: Database; write: Write }): ModelRepository {
  async function findRow(idOrName: string): Promise<BaseModel> {
    const rows = await prisma.baseModel.findMany({ where: { OR: [{ id: idOrName }, { name: idOrName }] } });
    const row = rows.find(({ id }) => id === idOrName) ?? rows[0];
    if (!row) throw new AppError('NOT_FOUND', `There is no base model ${idOrName}.`, { details: { model: idOrName } });
    return row;
  }

  return {
    create: (input) =>
      write(async ({ tx, changes }) => {
        const id = newId();
        // The name decides who comes first; the second finds the row of the first.
        await tx.baseModel.createMany({ data: [{ ...input, id, files: toJson(input.files) }], skipDuplicates: true });
        const model = presentStoredModel(await tx.baseModel.findUniqueOrThrow({ where: { name: input.name } }));
        if (model.id !== id && hashesOf(model.files) !== hashesOf(input.files)) {
          throw new AppError('CONFLICT', `There is a base model ${input.name} with other files; choose another name.`, { path: 'name' });
        }
        changes.addTopic('models', model.id);
        return model;
      }),

    get: async (idOrName) => presentStoredModel(await findRow(idOrName)),

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
    },
  };
}

function hashesOf(files: ModelFile[]): string {
  return files.map(({ name, sha256 }) => `${name}=${sha256}`).sort().join(' ');
}

function presentModel(row: BaseModel): ModelWire {
  const { id, name, source, parameterCount, byteLength, imageSize, patchSize, hiddenSize, numHiddenLayers, numAttentionHeads, createdAt } = row;
  return {
    id,
    name,
    source,
    parameterCount: Number(parameterCount),
    byteLength: Number(byteLength),
    imageSize,
    patchSize,
    hiddenSize,
    numHiddenLayers,
    numAttentionHeads,
    createdAt: toIso(createdAt),
  };
}

export function presentStoredModel(row: BaseModel): StoredModel {
  return { ...presentModel(row), files: fromJson<ModelFile[]>(row.files) };
}
