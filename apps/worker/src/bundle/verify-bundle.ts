import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { readPeftAdapter, type LoraConfig } from '@eyegazer/formats';
import type { BundleFile } from './bundle-facts.js';

export interface VerifyBundleOptions {
  files: readonly BundleFile[];
  /** Where the files are laid out for a moment. */
  folder: string;
  /** Outputs of the held-out images under an adapter, as a reader of the bundle would compute them. */
  computeLogits: (lora: LoraConfig, trainable: ReadonlyMap<string, Float32Array>) => Promise<Float32Array[]>;
}

const tolerance = 1e-5;

/**
 * Loads a bundle back from its files and compares what the adapter answers with predictions.csv.
 * @throws AppError INTERNAL when they differ by more than 1e-5 (of the output, where that is above 1)
 */
export async function verifyBundle({ files, folder, computeLogits }: VerifyBundleOptions): Promise<void> {
  await mkdir(folder, { recursive: true });
  const home = await mkdtemp(join(folder, 'bundle-'));
  try {
    for (const { name, bytes } of files) {
      const path = join(home, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
    const { lora, tensors } = await readPeftAdapter(join(home, 'adapter'));
    const trainable = new Map([...tensors].map(([name, { data }]) => [name, data]));
    compare(await computeLogits(lora, trainable), readLogits(files));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** The outputs in predictions.csv: everything from the fourth column on, counted from the right because an id may hold commas. */
function readLogits(files: readonly BundleFile[]): number[][] {
  const csv = new TextDecoder().decode(files.find(({ name }) => name === 'predictions.csv')?.bytes);
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const outputs = header.split(',').length - 3;
  return lines.map((line) => line.split(',').slice(-outputs).map(Number));
}

function compare(found: readonly Float32Array[], written: readonly number[][]): void {
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
