import { AppError } from '@eyegazer/core';
import { explainForeignWeights } from '@eyegazer/formats';
import type { RemoteFile, RemoteFolder } from '@eyegazer/platform';

/** Of config files: some kilobytes; an index of shards may have a megabyte. */
const mostTextBytes = 16 * 1024 * 1024;

export interface ChosenFiles {
  config: RemoteFile;
  preprocessor: RemoteFile;
  /** All weights in one file, or the index of their shards. */
  weights: { kind: 'whole' | 'index'; file: RemoteFile };
}

/**
 * The files of a repository that make a base model; nothing else of it is fetched.
 * @throws AppError BAD_MODEL saying what is missing and what to do
 */
export function chooseModelFiles({ source, files }: Pick<RemoteFolder, 'source' | 'files'>): ChosenFiles {
  const find = (name: string): RemoteFile | undefined => files.find((file) => file.name === name);
  const whole = find('model.safetensors');
  const weights = whole ?? find('model.safetensors.index.json');
  const config = find('config.json');
  const preprocessor = find('preprocessor_config.json');
  if (!weights) {
    const problem = explainForeignWeights(files.map(({ name }) => name)) ?? `expected model.safetensors, found ${listNames(files)}. Is it a model in the layout of Hugging Face Transformers?`;
    throw new AppError('BAD_MODEL', `${source}: ${problem}`);
  }
  if (!config) throw new AppError('BAD_MODEL', `${source}: expected config.json, found ${listNames(files)}. Is it a model in the layout of Hugging Face Transformers?`);
  if (!preprocessor) {
    throw new AppError('BAD_MODEL', `${source} has no preprocessor_config.json, which says how an image becomes pixels. Download the model into a folder, put that file of a model of the same kind and image size beside it, and import the folder.`);
  }
  const chosen: ChosenFiles = { config, preprocessor, weights: { kind: whole ? 'whole' : 'index', file: weights } };
  for (const file of textsOf(chosen)) {
    if (file.byteLength > mostTextBytes) throw new AppError('BAD_MODEL', `${source}: ${file.name}: expected at most ${mostTextBytes} bytes, got ${file.byteLength}.`);
  }
  return chosen;
}

/** What is read first: it says whether the weights are worth fetching. */
export function textsOf({ config, preprocessor, weights }: ChosenFiles): RemoteFile[] {
  return [config, preprocessor, ...(weights.kind === 'index' ? [weights.file] : [])];
}

/**
 * The files that an index names.
 * @throws AppError BAD_FILE when one is not there
 */
export function findShards({ source, files }: Pick<RemoteFolder, 'source' | 'files'>, names: Iterable<string>): RemoteFile[] {
  return [...new Set(names)].sort().map((name) => {
    const shard = files.find((file) => file.name === name);
    if (!shard) throw new AppError('BAD_FILE', `${source}: model.safetensors.index.json names ${name}, which is not there.`);
    return shard;
  });
}

function listNames(files: readonly RemoteFile[]): string {
  const names = files.slice(0, 8).map(({ name }) => name);
  return names.length === 0 ? 'nothing' : `${names.join(', ')}${files.length > names.length ? ', ...' : ''}`;
}
