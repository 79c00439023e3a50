import assert from 'node:assert/strict';
import { AppError, type Columns, type ErrorCode } from '@eyegazer/core';
import { readLayout, type FoundDataset } from '@eyegazer/data';
import { createMemorySource } from './memory-source.js';

export type Files = Record<string, string | Uint8Array>;

export function find(files: Files, columns: Columns = {}): Promise<FoundDataset> {
  return readLayout(createMemorySource(files), { columns });
}

/** Label names by id; null for what can only be predicted. */
export function labelsOf({ images, labels }: FoundDataset): Record<string, string | null> {
  return Object.fromEntries(images.map(({ id, label }) => [id, label === null ? null : (labels[label] ?? '?')]));
}

export function splitsOf({ images }: FoundDataset): Record<string, string | null> {
  return Object.fromEntries(images.map(({ id, split }) => [id, split]));
}

/** Kinds of problems by name. */
export function problemsOf({ problems }: FoundDataset): Record<string, string> {
  return Object.fromEntries(problems.map(({ name, kind }) => [name, kind]));
}

export async function refuses(files: Files, { code = 'BAD_DATASET', message, columns }: { code?: ErrorCode; message: RegExp; columns?: Columns }): Promise<void> {
  await assert.rejects(find(files, columns), (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.match(error.message, message);
    assert.equal(error.code, code);
    return true;
  });
}
