/**
 * The weights of a Hugging Face folder: one model.safetensors, or shards that model.safetensors.index.json lists.
 * Headers are read and checked, the data stays on disk.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { z } from 'zod';
import { parseFile } from '../json/parse-file.js';
import { readJson } from '../json/read-json.js';
import { openSafetensors, type SafetensorsFile } from '../safetensors/open-safetensors.js';
import type { TensorEntry } from '../safetensors/parse-header.js';
import { explainForeignWeights } from './foreign-weights.js';

/** A tensor and the file it lies in. */
export interface StoredTensor extends TensorEntry {
  readonly path: string;
}

export interface Checkpoint {
  /** The file that messages name: model.safetensors, or the index of its shards. */
  readonly path: string;
  /** Names of the files in the folder that make the checkpoint. */
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Reads a tensor as float32. @throws AppError BAD_FILE as `SafetensorsFile.readTensor` */
  readonly readTensor: (name: string) => Promise<Float32Array>;
}

const wholeName = 'model.safetensors';
const indexName = 'model.safetensors.index.json';

const indexSchema = z.object({
  weight_map: z.record(z.string(), z.string().regex(/^[A-Za-z0-9][\w.-]*\.safetensors$/, 'expected the plain name of a .safetensors file in the same folder')),
});

/**
 * Opens the checkpoint of a folder.
 * @throws AppError BAD_FILE for files that are missing, broken or contradict the index, BAD_MODEL for weights in another
 *   format, with a sentence that says what to do.
 */
export async function openCheckpoint(dir: string): Promise<Checkpoint> {
  const names = await listNames(dir);
  if (!names.includes(wholeName)) {
    if (names.includes(indexName)) return openShards(dir);
    const problem = explainForeignWeights(names);
    if (problem !== undefined) throw new AppError('BAD_MODEL', `${dir}: ${problem}`);
  }
  const file = await openSafetensors(join(dir, wholeName));
  return { path: file.path, files: [wholeName], tensors: tensorsOf(file), readTensor: file.readTensor };
}

/**
 * Parses model.safetensors.index.json, `file` in messages: the shard of each tensor, a plain file name.
 * @throws AppError BAD_FILE
 */
export function parseShardIndex(json: unknown, file: string): Map<string, string> {
  return new Map(Object.entries(parseFile(indexSchema, json, { file, code: 'BAD_FILE' }).weight_map));
}

async function openShards(dir: string): Promise<Checkpoint> {
  const path = join(dir, indexName);
  const shardOf = parseShardIndex(await readJson(path), path);
  const files = [...new Set(shardOf.values())].sort();
  const tensors = new Map<string, StoredTensor>();
  const shards = new Map<string, SafetensorsFile>();
  for (const name of files) {
    const file = await openSafetensors(join(dir, name));
    shards.set(name, file);
    for (const [tensor, entry] of tensorsOf(file)) {
      const expected = shardOf.get(tensor);
      if (expected === name) tensors.set(tensor, entry);
      else if (expected !== undefined) throw badIndex(path, `tensor "${tensor}": expected it in ${expected} alone, found it in ${name}`);
    }
  }
  for (const [tensor, name] of shardOf) {
    if (!tensors.has(tensor)) throw badIndex(path, `tensor "${tensor}": expected it in ${name}, found none there`);
  }
  return {
    path,
    files: [indexName, ...files],
    tensors,
    readTensor: async (tensor) => {
      const shard = shards.get(shardOf.get(tensor) ?? '');
      if (shard === undefined) throw badIndex(path, `expected a tensor "${tensor}", found none among ${shardOf.size}`);
      return shard.readTensor(tensor);
    },
  };
}

function tensorsOf({ path, tensors }: SafetensorsFile): Map<string, StoredTensor> {
  return new Map([...tensors].map(([name, entry]) => [name, { ...entry, path }]));
}

async function listNames(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('BAD_FILE', `${dir}: expected a folder in Hugging Face layout, got "${reason}".`, { cause });
  }
}

function badIndex(path: string, problem: string): AppError {
  return new AppError('BAD_FILE', `${path}: ${problem}. Download the model again.`, { details: { file: path } });
}
