import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError, formatModelSource, modelNameSchema, parseModelSource, parseWith, type ArtifactStore, type CreateModel, type ModelSource, type ModelWire } from '@eyegazer/core';
import { loadBaseModel, parseViTConfig, type BaseModel, type ViTConfig } from '@eyegazer/formats';
import type { ModelRepository, StoredModel } from '@eyegazer/platform';
import type { ModelDownloads } from '../imports/model-downloads.js';
import { assertBucketInRoots, resolveServerPath, type DataRoots } from './data-roots.js';
import { keepModelFiles } from './keep-model-files.js';
import { modelFactsOf } from './model-facts.js';
import { presentModel } from './present-model.js';

export interface InspectedModel {
  name: string;
  config: ViTConfig;
  /** The stored model; one that is only a folder yet is imported now. */
  store(): Promise<StoredModel>;
}

export interface ModelImports {
  /**
   * Adds a model: a folder in Hugging Face layout is checked and copied into the artifact store before this returns, what is
   * elsewhere begins to be fetched.
   * @throws AppError BAD_REQUEST, FORBIDDEN, BAD_FILE, BAD_MODEL, CONFLICT when the name has other files or another source
   */
  add(input: CreateModel): Promise<ModelWire>;
  /** The same for a folder of our own making, which no data root bounds. `source` is what people see. */
  addOwn(input: { folder: string; name: string; source: string }): Promise<StoredModel>;
  /**
   * What a config's `model.base` means: the name of a model that is here, where one came from, or the absolute path of a folder.
   * @throws AppError NOT_FOUND, BAD_CONFIG for what has to be added first, and what `add` throws for a folder
   */
  inspect(reference: string): Promise<InspectedModel>;
}

export interface ModelImportsOptions {
  models: ModelRepository;
  store: ArtifactStore;
  roots: DataRoots;
  downloads: Pick<ModelDownloads, 'start'>;
}

/** Base models: from wherever they are into the artifact store. */
export function createModelImports({ models, store, roots, downloads }: ModelImportsOptions): ModelImports {
  async function importChecked(model: BaseModel, identity: { name: string; source: string; request: ModelSource | null }): Promise<StoredModel> {
    const files = await keepModelFiles(model, { store });
    return models.create({ ...identity, ...modelFactsOf(model, files), files });
  }

  async function checkFolder(folder: string, what: string): Promise<BaseModel> {
    const dir = await resolveServerPath(folder, { roots, what });
    // The files of a folder may be links, as in the Hugging Face cache; they count where they point, before a message can show what is there.
    const assertInRoots = async (names: readonly string[]): Promise<void> => {
      if (roots !== null) for (const name of names) await resolveServerPath(join(dir, name), { roots, what });
    };
    const here = await readdir(dir).catch(() => []);
    await assertInRoots(here.filter((name) => name.endsWith('.json') || name.endsWith('.safetensors')));
    const model = await loadBaseModel(dir);
    await assertInRoots(model.files);
    return model;
  }

  /** The model of a name, or else one that came from where the reference says. */
  async function findModel(reference: string): Promise<StoredModel> {
    try {
      return await models.get(reference);
    } catch (error) {
      const source = error instanceof AppError && error.code === 'NOT_FOUND' ? findSource(reference) : null;
      if (source === null) throw error;
      const found = await models.findBySource(source);
      if (found) return found;
      throw new AppError('BAD_CONFIG', `model.base: there is no base model from ${formatModelSource(source)} yet. Add it first: \`eyegazer models add ${reference}\`, or Models > Add a model; then submit again.`);
    }
  }

  return {
    async add({ source, name }) {
      switch (source.kind) {
        case 'path':
          return presentModel(await importChecked(await checkFolder(source.uri, 'source.uri'), { name: name ?? nameOfFolder(source.uri), source: source.uri, request: source }));
        case 's3':
          assertBucketInRoots(source.uri, { roots, what: 'source.uri' });
          return downloads.start({ name: name ?? nameOfFolder(source.uri), source });
        case 'hub':
          return downloads.start({ name: name ?? source.id, source });
        default:
          return source satisfies never;
      }
    },
    async addOwn({ folder, name, source }) {
      return importChecked(await loadBaseModel(folder), { name, source, request: null });
    },
    async inspect(reference) {
      const source = findSource(reference);
      if (source?.kind === 'path') {
        const model = await checkFolder(source.uri, 'model.base');
        const name = nameOfFolder(source.uri);
        return { name, config: model.config, store: () => importChecked(model, { name, source: source.uri, request: source }) };
      }
      const model = await findModel(reference);
      return { name: model.name, config: await readConfig(store, model), store: () => Promise.resolve(model) };
    },
  };
}

/** Where a reference says that the model is; null for what can only be a name. */
function findSource(reference: string): ModelSource | null {
  try {
    return parseModelSource(reference, 'model.base');
  } catch {
    return null;
  }
}

/** The model's config at the image size that it is trained at unless another is asked for: a DINOv2's preprocessor says another than its config. */
async function readConfig(store: ArtifactStore, model: StoredModel): Promise<ViTConfig> {
  const file = model.files.find((candidate) => candidate.name === 'config.json');
  if (!file) throw new AppError('CORRUPT_ARTIFACT', `The base model ${model.name} has no config.json. Import it again.`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(file.sha256)) chunks.push(chunk);
  return { ...parseViTConfig(JSON.parse(Buffer.concat(chunks).toString('utf8')), `config.json of ${model.name}`), imageSize: model.imageSize };
}

/** The last part of a path; of the snapshots in the Hugging Face cache, the repository's. */
function nameOfFolder(folder: string): string {
  const snapshot = /models--([^/]+)--([^/]+)\/snapshots\/[^/]+\/?$/.exec(folder);
  const name = snapshot ? `${snapshot[1]}/${snapshot[2]}` : basename(folder === dirname(folder) ? '' : folder);
  return parseWith(modelNameSchema, name, { what: 'name' });
}
