import type { ImportProblem } from '@eyegazer/core';

/** Larger files are refused as images; also the size of a shard, so that every image fits in one. */
export const maxImageBytes = 64 * 1024 * 1024;

export interface SourceFile {
  /** Relative, with `/` between its parts; never absolute, never with `..`. */
  readonly path: string;
  readonly byteLength: number;
}

/** A file opened for reading here and there. */
export interface RandomAccessFile {
  readonly byteLength: number;
  /** Bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A tree of files to import: a folder, a zip file, a prefix of a bucket. Nothing in it is trusted. */
export interface DataSource {
  /** What messages call it. */
  readonly name: string;
  /** Every regular file, sorted by path (code units). */
  readonly files: readonly SourceFile[];
  /** What was skipped when the files were listed. */
  readonly problems: readonly ImportProblem[];
  /** Another one when any file is another: an import that was interrupted goes on only with the same. */
  readonly fingerprint: string;
  /**
   * The whole file.
   * @throws AppError NOT_FOUND, FORBIDDEN for a link that leaves the folder, TOO_LARGE beyond `maxImageBytes`, BAD_FILE when it cannot be read
   */
  readFile(path: string): Promise<Uint8Array>;
  /** @throws AppError as `readFile` does, but of any length */
  streamFile(path: string): AsyncIterable<Uint8Array>;
  /** For formats that are not read from front to back. @throws AppError as `streamFile` does */
  openFile(path: string): Promise<RandomAccessFile>;
  close(): Promise<void>;
}
