import { Readable } from 'node:stream';
import ZipStream from 'zip-stream';

export interface ZipEntry {
  /** Path in the archive. */
  readonly name: string;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
}

/** The same entries are the same bytes, whenever they are packed. */
const date = new Date(Date.UTC(1980, 0, 1));

/** Beyond it, an archive needs the larger records of ZIP64. */
const mostPlainEntries = 0xfffe;

/** Packs entries without compression, one after the other, as fast as they are taken; whoever stops taking ends it. */
export async function* streamZip(entries: AsyncIterable<ZipEntry>, entryCount: number): AsyncGenerator<Uint8Array, void, undefined> {
  const zip = new ZipStream({ store: true, forceZip64: entryCount > mostPlainEntries });
  const closed = new Promise<void>((resolve) => zip.once('close', resolve));
  const filled = fill(zip, entries, closed).catch((error: unknown) => {
    zip.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of zip) yield chunk as Uint8Array;
  } finally {
    zip.destroy();
    await filled;
  }
}

async function fill(zip: ZipStream, entries: AsyncIterable<ZipEntry>, closed: Promise<void>): Promise<void> {
  for await (const { name, content } of entries) {
    const source = content instanceof Uint8Array ? Buffer.from(content.buffer, content.byteOffset, content.byteLength) : Readable.from(content);
    try {
      await Promise.race([addEntry(zip, name, source), closed]);
      if (zip.writableNeedDrain && !zip.destroyed) await Promise.race([new Promise((resolve) => zip.once('drain', resolve)), closed]);
    } finally {
      if (source instanceof Readable) source.destroy();
    }
    if (zip.destroyed) return;
  }
  zip.finish();
}

function addEntry(zip: ZipStream, name: string, source: Buffer | Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    if (source instanceof Readable) source.once('error', reject);
    zip.entry(source, { name, date, mode: 0o644 }, (error) => (error ? reject(error) : resolve()));
  });
}
