import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type AdapterMethod } from '@eyegazer/core';
import { readImageClassifier, readPeftAdapter, type BaseModel } from '@eyegazer/formats';
import type { Adaptation } from '@eyegazer/model';

/** What a reader of the bundle has in hand. */
export interface ReadBundle {
  /** The model in the bundle; null where there is only an adapter, which belongs to the base model. */
  model: BaseModel | null;
  adaptation: Adaptation;
  trainable: ReadonlyMap<string, Float32Array>;
}

export interface VerifyBundleOptions {
  /** Where its files lie. */
  folder: string;
  method: AdapterMethod;
  /** How far an output may be off, as a share of it where it is above 1. */
  tolerance: number;
  /** Outputs of the held-out images, as a reader of the bundle would compute them. */
  computeLogits: (read: ReadBundle) => Promise<Float32Array[]>;
}

/**
 * Loads a bundle back from its files and compares what it answers with predictions.csv.
 * @throws AppError INTERNAL when they differ by more than the tolerance
 */
export async function verifyBundle({ folder, method, tolerance, computeLogits }: VerifyBundleOptions): Promise<void> {
  const read = method === 'lora' ? await readAdapter(join(folder, 'adapter')) : await readModel(join(folder, 'model'), method);
  compare(await computeLogits(read), { written: await readLogits(folder), tolerance });
}

async function readAdapter(folder: string): Promise<ReadBundle> {
  const { lora, tensors } = await readPeftAdapter(folder);
  return { model: null, adaptation: { method: 'lora', ...lora }, trainable: valuesOf(tensors) };
}

/**
 * A model that was trained whole goes back in as what trains: the same numbers as constants of a graph are summed in another
 * order, and a deep model makes more than the tolerance of that.
 */
async function readModel(folder: string, method: 'head' | 'full'): Promise<ReadBundle> {
  const { model, head } = await readImageClassifier(folder);
  const trainable = valuesOf(head);
  if (method === 'full') for (const name of model.tensors.keys()) trainable.set(name, await model.readTensor(name));
  return { model, adaptation: { method }, trainable };
}

function valuesOf(tensors: ReadonlyMap<string, { data: Float32Array }>): Map<string, Float32Array> {
  return new Map([...tensors].map(([name, { data }]) => [name, data]));
}

/** The outputs in predictions.csv: everything from the fourth column on, counted from the right because an id may hold commas. */
async function readLogits(folder: string): Promise<number[][]> {
  const csv = await readFile(join(folder, 'predictions.csv'), 'utf8');
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const outputs = header.split(',').length - 3;
  return lines.map((line) => line.split(',').slice(-outputs).map(Number));
}

function compare(found: readonly Float32Array[], { written, tolerance }: { written: readonly number[][]; tolerance: number }): void {
  if (found.length !== written.length) throw mismatch(`it answers ${found.length} images, predictions.csv has ${written.length}`);
  written.forEach((row, i) => {
    row.forEach((expected, k) => {
      const difference = Math.abs((found[i]?.[k] ?? Number.NaN) - expected);
      if (difference <= tolerance * Math.max(1, Math.abs(expected))) return;
      throw mismatch(`output ${k} of row ${i} is ${found[i]?.[k]}, in predictions.csv ${expected}`);
    });
  });
}

function mismatch(what: string): AppError {
  return new AppError('INTERNAL', `The bundle does not answer as the trained model did: ${what}. It is not handed out; please report this.`);
}
