import { createHash } from 'node:crypto';
import { AppError, type ImportProblem } from '@eyegazer/core';
import { maxImageBytes, type DataSource, type RandomAccessFile, type SourceFile } from './data-source.js';

/** A file and what tells one content from another: a checksum, a time. */
export interface TaggedFile extends SourceFile {
  readonly tag: string | number;
}

export interface SourceParts<T extends TaggedFile> {
  readonly name: string;
  /** In order. */
  readonly files: readonly T[];
  readonly problems: readonly ImportProblem[];
  /** Of a file of at most `maxImageBytes`. */
  read(file: T): Promise<Uint8Array>;
  stream(file: T): AsyncIterable<Uint8Array>;
  open(file: T): Promise<RandomAccessFile>;
  close(): Promise<void>;
}

/** What every source has in common, around what each does in its own way. */
export function createSource<T extends TaggedFile>({ name, files, problems, read, stream, open, close }: SourceParts<T>): DataSource {
  return {
    name,
    files,
    problems,
    fingerprint: fingerprint(files),
    async readFile(path) {
      const file = findFile(files, path, name);
      if (file.byteLength > maxImageBytes) throw new AppError('TOO_LARGE', `Expected ${path} to have at most ${maxImageBytes} bytes, got ${file.byteLength}.`);
      return read(file);
    },
    async *streamFile(path) {
      yield* stream(findFile(files, path, name));
    },
    async openFile(path) {
      return open(findFile(files, path, name));
    },
    close,
  };
}

/** @throws AppError NOT_FOUND */
function findFile<T extends SourceFile>(files: readonly T[], path: string, name: string): T {
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const file = files[middle];
    if (file === undefined) break;
    if (file.path === path) return file;
    if (file.path < path) low = middle + 1;
    else high = middle;
  }
  throw new AppError('NOT_FOUND', `Expected a file ${path} in ${name}, found none.`);
}

function fingerprint(files: readonly TaggedFile[]): string {
  const hash = createHash('sha256');
  for (const { path, byteLength, tag } of files) hash.update(`${JSON.stringify([path, byteLength, tag])}\n`);
  return hash.digest('hex');
}
