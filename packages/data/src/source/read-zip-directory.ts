import type { FileHandle } from 'node:fs/promises';
import { callbackify } from 'node:util';
import { AppError } from '@eyegazer/core';
import { fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl';
import { assertFileCount } from './arrange-files.js';
import { archiveHeadBytes, detectArchive } from './detect-archive.js';
import { isJunk } from './is-junk.js';
import { readAt } from './read-at.js';
import { isBomb, parseZipEntry, shown, type ZipEntry } from './zip-entry.js';

/** What all files of an archive may come to. */
const mostBytes = 1024 ** 4;

/**
 * Reads and checks the directory of a zip archive; of the files themselves nothing yet.
 * @returns regular files in the order of the directory, without what file managers leave behind
 * @throws AppError BAD_FILE when it is no whole zip archive, BAD_DATASET or UNSUPPORTED for what it must not hold
 */
export async function readZipDirectory(file: FileHandle, name: string): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  await assertZip(file, { name, size });
  const all: ZipEntry[] = [];
  let bytes = 0;
  try {
    const zip = await fromRandomAccessReaderPromise(new WindowReader(file, size), size, { decodeStrings: false, autoClose: false });
    // After the first error there may be others, and nobody listens any more.
    zip.on('error', () => undefined);
    assertFileCount(zip.entryCount, name);
    for await (const entry of zip.eachEntry()) {
      const parsed = parseZipEntry(entry, { name, fileBytes: size });
      if (parsed !== null) all.push(parsed);
      bytes += parsed?.byteLength ?? 0;
      if (bytes > mostBytes) throw new AppError('BAD_DATASET', `${name}: its files come to more than ${mostBytes / 1024 ** 4} TiB. Import it in parts.`);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
    throw new AppError('BAD_FILE', `Expected ${name} to be a whole zip archive, but reading it failed: ${reason}. It may be cut short; copy or upload it again.`, { cause: error });
  }
  if (isBomb(bytes, size)) throw new AppError('BAD_DATASET', `${name}: its ${size} bytes become ${bytes}, as in an archive made to fill disks.`);
  assertApart(all, name);
  return all.filter(({ path }) => !path.split('/').some(isJunk));
}

/** Says what a file is that is no zip archive at all. */
async function assertZip(file: FileHandle, { name, size }: { name: string; size: number }): Promise<void> {
  const head = await readAt(file, { start: 0, end: Math.min(size, archiveHeadBytes), name });
  const kind = detectArchive(head);
  // Zip archives may have something in front of them; what is another kind of archive is none.
  if (kind === 'zip' || (kind === null && size >= archiveHeadBytes && !/^\s*</.test(head.toString('latin1')))) return;
  const got = size === 0 ? 'an empty file' : kind === null ? `a file that begins with ${JSON.stringify(head.toString('latin1', 0, 20))}` : `a ${kind} archive`;
  throw new AppError('BAD_FILE', `Expected ${name} to be a zip archive, got ${got}.`);
}

/** Bytes that are several files at once are how an archive of megabytes becomes petabytes. @throws AppError BAD_DATASET */
function assertApart(entries: readonly ZipEntry[], name: string): void {
  const headerBytes = 30;
  const byOffset = entries.toSorted((a, b) => a.headerOffset - b.headerOffset);
  for (const [i, entry] of byOffset.entries()) {
    const next = byOffset[i + 1];
    if (next && entry.headerOffset + headerBytes + Buffer.byteLength(entry.path) + entry.compressedBytes > next.headerOffset) {
      throw new AppError('BAD_DATASET', `${name}: ${shown(entry.path)} and ${shown(next.path)} are refused: they share bytes, as in an archive made to fill disks.`);
    }
  }
}

/** The directory is read in many small steps, one after the other; from the disk it comes in few large ones. */
class WindowReader extends RandomAccessReader {
  private window: Buffer = Buffer.alloc(0);
  private windowStart = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly size: number,
  ) {
    super();
  }

  override read(...[buffer, offset, length, position, callback]: Parameters<RandomAccessReader['read']>): void {
    callbackify(async () => {
      await this.fill(position, length);
      const from = position - this.windowStart;
      return from >= 0 && from < this.window.byteLength ? this.window.copy(buffer, offset, from, from + length) : 0;
    })(callback);
  }

  private async fill(position: number, length: number): Promise<void> {
    const isThere = position >= this.windowStart && position + length <= this.windowStart + this.window.byteLength;
    if (isThere || position >= this.size) return;
    this.window = await readAt(this.file, { start: position, end: Math.min(this.size, position + Math.max(length, 256 * 1024)), name: 'the directory' });
    this.windowStart = position;
  }
}
