import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, createModelSchema, parseWith, type ArtifactStore, type ModelSource } from '@eyegazer/core';
import { loadBaseModel, parseViTConfig, type BaseModel, type ViTConfig } from '@eyegazer/formats';
import type { ModelFile, ModelRepository, StoredModel } from '@eyegazer/platform';
import { resolveServerPath, type DataRoots } from './data-roots.js';

/** The files that make a base model. */
const fileNames = ['config.json', 'preprocessor_config.json', 'model.safetensors'] as const;

export interface InspectedModel {
  name: string;
  config: ViTConfig;
  /** The stored model; one that is only a folder yet is imported now. */
  store(): Promise<StoredModel>;
}

export interface ModelImports {
  /**
   * Checks a folder in Hugging Face layout and copies it into the artifact store.
   * @throws AppError BAD_REQUEST, FORBIDDEN, BAD_FILE, BAD_MODEL, CONFLICT when the name has other files
   */
  importFolder(input: { folder: string; name?: string | undefined }): Promise<StoredModel>;
  /** The same for a folder of our own making, which no data root bounds. `source` is what people see. */
  importOwn(input: { folder: string; name: string; source: string }): Promise<StoredModel>;
  /**
   * What a config's `model.base` means: the name of an imported model, or the absolute path of a folder.
   * @throws AppError NOT_FOUND, and what `importFolder` throws
   */
  inspect(reference: string): Promise<InspectedModel>;
}

/** Base models: from a folder into the artifact store. */
export function createModelImports(options: { models: ModelRepository; store: ArtifactStore; roots: DataRoots }): ModelImports {
  const { models, store, roots } = options;

  async function importChecked(model: BaseModel, identity: { name: string; source: string; request: ModelSource | null }): Promise<StoredModel> {
    const files: ModelFile[] = [];
    for (const name of fileNames) files.push(await keepFile(join(model.dir, name), name));
    const { modelType, hiddenSize, numHiddenLayers, numAttentionHeads, imageSize, patchSize } = model.config;
    const byteLength = files.reduce((sum, file) => sum + file.byteLength, 0);
    const shape = { modelType, hiddenSize, numHiddenLayers, numAttentionHeads, imageSize, patchSize };
    return models.create({ ...identity, ...shape, parameterCount: model.parameterCount, byteLength, files });
  }

  /** Puts a file that is not in the store yet. If no model comes of it, it goes like all that nothing refers to: another import may share it. */
  async function keepFile(path: string, name: string): Promise<ModelFile> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const sha256 = hash.digest('hex');
    const known = await store.refresh(sha256);
    if (known) return { name, sha256, byteLength: known.byteLength };
    const stored = await store.put(createReadStream(path));
    if (stored.sha256 !== sha256) throw new AppError('BAD_FILE', `${path} changed while it was being read. Import it again.`);
    return { name, ...stored };
  }

  async function checkFolder(folder: string, what: string): Promise<BaseModel> {
    const real = await resolveServerPath(folder, { roots, what });
    // The files of a folder may be links, as in the Hugging Face cache; they count where they point.
    if (roots !== null) for (const name of fileNames) await resolveServerPath(join(real, name), { roots, what });
    return loadBaseModel(real);
  }

  return {
    async importFolder({ folder, name }) {
      const model = await checkFolder(folder, 'source.uri');
      return importChecked(model, { name: name ?? nameOfFolder(folder), source: folder, request: { kind: 'path', uri: folder } });
    },
    async importOwn({ folder, name, source }) {
      return importChecked(await loadBaseModel(folder), { name, source, request: null });
    },
    async inspect(reference) {
      if (isAbsolute(reference)) {
        const model = await checkFolder(reference, 'model.base');
        const name = nameOfFolder(reference);
        return { name, config: model.config, store: () => importChecked(model, { name, source: reference, request: { kind: 'path', uri: reference } }) };
      }
      const model = await models.get(reference);
      return { name: model.name, config: await readConfig(store, model), store: () => Promise.resolve(model) };
    },
  };
}

async function readConfig(store: ArtifactStore, model: StoredModel): Promise<ViTConfig> {
  const file = model.files.find((candidate) => candidate.name === 'config.json');
  if (!file) throw new AppError('CORRUPT_ARTIFACT', `The base model ${model.name} has no config.json. Import it again.`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(file.sha256)) chunks.push(chunk);
  return parseViTConfig(JSON.parse(Buffer.concat(chunks).toString('utf8')), `config.json of ${model.name}`);
}

/** The last part of a folder's path; of the snapshots in the Hugging Face cache, the repository's. */
function nameOfFolder(folder: string): string {
  const snapshot = /models--([^/]+)--([^/]+)\/snapshots\/[^/]+\/?$/.exec(folder);
  const name = snapshot ? `${snapshot[1]}/${snapshot[2]}` : basename(folder === dirname(folder) ? '' : folder);
  return parseWith(createModelSchema.shape.name.unwrap(), name, { what: 'name' });
}
