import { once } from 'node:events';
import { pack as createPack, type Pack } from 'tar-stream';

export interface TarEntry {
  name: string;
  byteLength: number;
  /** Exactly so many bytes. */
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/**
 * The bytes of a tar, made as they are read: no entry is asked for, and no content, long before what comes earlier has
 * been taken. What the entries throw, the iteration throws.
 */
export async function* writeTar(entries: AsyncIterable<TarEntry>, { mtime }: { mtime: Date }): AsyncGenerator<Uint8Array> {
  const pack = createPack();
  // What goes wrong shows in the iteration; without a listener the event would end the process.
  pack.on('error', () => undefined);
  let failure: { error: unknown } | undefined;
  const writing = writeEntries(pack, entries, mtime).catch((error: unknown) => {
    failure = { error };
    pack.destroy();
  });
  try {
    yield* pack as AsyncIterable<Uint8Array>;
  } catch (error) {
    await writing;
    // What made the entries fail says more than that the pack was destroyed.
    throw failure ? failure.error : error;
  } finally {
    pack.destroy();
    await writing;
  }
}

async function writeEntries(pack: Pack, entries: AsyncIterable<TarEntry>, mtime: Date): Promise<void> {
  for await (const { name, byteLength, content } of entries) {
    const { sink, done } = openEntry(pack, { name, size: byteLength, mtime, mode: 0o600 });
    for await (const bytes of content) if (!sink.write(bytes)) await Promise.race([once(sink, 'drain'), done]);
    sink.end();
    await done;
  }
  pack.finalize();
}

function openEntry(pack: Pack, header: Parameters<Pack['entry']>[0]): { sink: NodeJS.WritableStream; done: Promise<void> } {
  let sink: NodeJS.WritableStream | undefined;
  const done = new Promise<void>((resolve, reject) => {
    sink = pack.entry(header, (error) => (error ? reject(error) : resolve()));
    sink.on('error', reject);
  });
  // Awaited at the entry's end, and beside every wait for room.
  done.catch(() => undefined);
  return { sink: sink as NodeJS.WritableStream, done };
}
