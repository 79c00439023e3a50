import { AppError, type ImportProblem } from '@eyegazer/core';
import { arrangeFiles, assertFileCount } from './arrange-files.js';
import { createSource, type TaggedFile } from './create-source.js';
import type { DataSource } from './data-source.js';
import { describeUnsafePath } from './describe-unsafe-path.js';
import { isJunk } from './is-junk.js';

/** An object below a bucket's prefix. */
export interface BucketFile {
  /** What follows the prefix. */
  readonly key: string;
  readonly byteLength: number;
  /** Another one for other bytes. */
  readonly tag: string;
}

/** A prefix of a bucket; who implements it knows how to reach one. */
export interface BucketReader {
  /** `s3://bucket/prefix` */
  readonly uri: string;
  /** Everything below the prefix, in any order. @throws AppError NOT_FOUND when nothing is there, UNAVAILABLE */
  list(): AsyncIterable<BucketFile>;
  /**
   * Bytes from `start` up to, not including, `end`; connections that break are made anew.
   * @throws AppError BAD_FILE when the object is another than was listed, UNAVAILABLE
   */
  read(file: BucketFile, range: { start: number; end: number }): AsyncIterable<Uint8Array>;
}

interface ListedObject extends TaggedFile {
  readonly key: string;
  readonly tag: string;
}

/**
 * Lists what lies below a prefix of a bucket.
 * @throws AppError BAD_DATASET when it is too much, what the reader throws
 */
export async function openBucketSource(reader: BucketReader): Promise<DataSource> {
  const found: ListedObject[] = [];
  const problems: ImportProblem[] = [];
  for await (const { key, byteLength, tag } of reader.list()) {
    // Consoles make an empty object of a folder.
    if (key === '' || (key.endsWith('/') && byteLength === 0) || key.split('/').some(isJunk)) continue;
    const unsafe = describeUnsafePath(key);
    if (unsafe !== null) problems.push({ kind: 'unsafe-path', name: key, message: `${JSON.stringify(key)} is passed over: ${unsafe}. Rename it.` });
    else found.push({ path: key, key, byteLength, tag });
    assertFileCount(found.length + problems.length, reader.uri);
  }
  const { files } = arrangeFiles(found, reader.uri);

  async function collect(file: ListedObject, range: { start: number; end: number }): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, range.end - range.start));
    let done = 0;
    for await (const piece of bytes.byteLength === 0 ? [] : reader.read(file, range)) {
      if (done + piece.byteLength > bytes.byteLength) throw new AppError('BAD_FILE', `${file.path} in ${reader.uri} has more bytes than was listed. Import it again.`);
      bytes.set(piece, done);
      done += piece.byteLength;
    }
    if (done < bytes.byteLength) throw new AppError('BAD_FILE', `${file.path} in ${reader.uri} ends at byte ${range.start + done}, expected it to go on to ${range.end}.`);
    return bytes;
  }

  return createSource({
    name: reader.uri,
    files,
    problems: problems.sort((a, b) => (a.name < b.name ? -1 : 1)),
    read: (file) => collect(file, { start: 0, end: file.byteLength }),
    async *stream(file) {
      if (file.byteLength > 0) yield* reader.read(file, { start: 0, end: file.byteLength });
    },
    open: (file) => Promise.resolve({ byteLength: file.byteLength, read: (start, end) => collect(file, { start, end }), close: () => Promise.resolve() }),
    close: () => Promise.resolve(),
  });
}
