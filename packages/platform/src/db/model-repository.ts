import type { ModelWire, Page, PageQuery } from '@eyegazer/core';

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
