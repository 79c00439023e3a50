import { once } from 'node:events';
import { AppError } from '@eyegazer/core';
import { extract as createExtract } from 'tar-stream';

export interface ReadEntry {
  name: string;
  byteLength: number;
  /** To be read to its end before the next entry, or not at all any more. */
  content: AsyncIterable<Uint8Array>;
}

export interface TarReader {
  /** Files in order; anything but a file is refused. @throws AppError BAD_FILE, and what the input throws */
  entries: AsyncIterable<ReadEntry>;
  /** The error of the tar or of the input, where whoever took an entry's content may have wrapped it; else the error itself. */
  explain(error: unknown): unknown;
}

/** Reads a tar as it comes in, no faster than its entries are read. */
export function readTar(input: AsyncIterable<Uint8Array>): TarReader {
  const extract = createExtract();
  // What is wrong with a tar shows in the iteration; without a listener the event would end the process.
  extract.on('error', () => undefined);
  let failure: { error: unknown } | undefined;

  /** Notes the first thing that went wrong, and answers how it is said. */
  function fail(error: unknown): unknown {
    failure ??= { error: error instanceof AppError ? error : new AppError('BAD_FILE', `This is no tar file, or it is damaged or cut off: ${String(error)}.`, { cause: error }) };
    return failure.error;
  }

  async function feed(): Promise<void> {
    const closed = once(extract, 'close');
    closed.catch(() => undefined);
    try {
      for await (const bytes of input) {
        if (!extract.write(bytes)) await Promise.race([once(extract, 'drain'), closed]);
        if (extract.destroyed) return;
      }
      extract.end(null);
    } catch (error) {
      failure ??= { error };
      // With an error: destroyed without one, it lets whoever asks for the next entry wait for ever.
      extract.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async function* contentOf(entry: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* entry;
    } catch (error) {
      throw fail(error);
    }
  }

  async function* entries(): AsyncGenerator<ReadEntry> {
    const feeding = feed();
    try {
      for await (const entry of extract) {
        const { name, size, type } = entry.header;
        if (type !== 'file') throw new AppError('BAD_FILE', `Expected files only, got ${JSON.stringify(name.slice(0, 100))}, which is a ${type}.`);
        yield { name, byteLength: size, content: contentOf(entry as AsyncIterable<Uint8Array>) };
      }
      // Its input having failed, it ends like a whole one.
      if (failure) throw failure.error;
    } catch (error) {
      throw fail(error);
    } finally {
      extract.destroy(null);
      await feeding;
    }
  }

  return { entries: entries(), explain: (error) => (failure ? failure.error : error) };
}
