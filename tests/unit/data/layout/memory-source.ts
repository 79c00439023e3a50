import { createHash } from 'node:crypto';
import { AppError } from '@eyegazer/core';
import type { DataSource } from '@eyegazer/data';

/** A source of files that are given as text or bytes, for layouts to read. */
export function createMemorySource(files: Record<string, string | Uint8Array>): DataSource & { readonly opened: Set<string> } {
  const contents = new Map(Object.entries(files).map(([path, content]) => [path, typeof content === 'string' ? Buffer.from(content) : content]));
  const opened = new Set<string>();
  const contentOf = (path: string): Uint8Array => {
    const content = contents.get(path);
    if (content === undefined) throw new AppError('NOT_FOUND', `Expected a file ${path}, found none.`);
    return content;
  };
  return {
    name: 'the upload',
    files: [...contents].map(([path, { byteLength }]) => ({ path, byteLength })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    problems: [],
    fingerprint: createHash('sha256').update([...contents.keys()].join()).digest('hex'),
    opened,
    readFile: (path) => Promise.resolve(contentOf(path)),
    async *streamFile(path) {
      const content = contentOf(path);
      for (let at = 0; at < 200; at += 5) yield content.slice(at, at + 5); // small pieces: letters are cut in two
      yield content.slice(200);
    },
    openFile: (path) => {
      const content = contentOf(path);
      opened.add(path);
      return Promise.resolve({
        byteLength: content.byteLength,
        read: (start, end) => Promise.resolve(Uint8Array.from(content.subarray(start, end))),
        close: () => {
          opened.delete(path);
          return Promise.resolve();
        },
      });
    },
    close: () => Promise.resolve(),
  };
}
