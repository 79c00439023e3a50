import { classifierTensorNames } from '../peft/lora-tensor-names.js';
import type { FloatTensor } from '../safetensors/write-safetensors.js';
import { loadBaseModel, type BaseModel } from './load-base-model.js';
import { openSafetensors } from '../safetensors/open-safetensors.js';

/** A model folder with a head, as `writeImageClassifier` makes them. */
export interface ReadClassifier {
  readonly model: BaseModel;
  /** Under its names in an adapter. */
  readonly head: ReadonlyMap<string, FloatTensor>;
}

/**
 * Reads a folder of base model and head; the weights of the base stay on disk.
 * @throws AppError BAD_FILE, BAD_MODEL as `loadBaseModel`, and BAD_FILE when there is no head
 */
export async function readImageClassifier(folder: string): Promise<ReadClassifier> {
  const model = await loadBaseModel(folder);
  const file = await openSafetensors(model.weightsPath);
  const head = new Map<string, FloatTensor>();
  for (const part of ['weight', 'bias'] as const) {
    const name = `classifier.${part}`;
    const data = await file.readTensor(name);
    head.set(classifierTensorNames[part], { shape: file.tensors.get(name)?.shape ?? [], data });
  }
  return { model, head };
}
