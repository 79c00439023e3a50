import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type ArtifactStore } from '@eyegazer/core';

/** An artifact store in a folder of its own, small enough to see through. */
export interface TemporaryStore extends ArtifactStore {
  readonly folder: string;
  /** Names of everything stored, sorted. */
  names(): string[];
  dispose(): void;
}

export function createTemporaryStore(): TemporaryStore {
  const folder = mkdtempSync(join(tmpdir(), 'eyegazer-store-'));
  const pathOf = (sha256: string): string => {
    const path = join(folder, sha256);
    if (!existsSync(path)) throw new AppError('NOT_FOUND');
    return path;
  };
  return {
    folder,
    names: () => readdirSync(folder).sort(),
    dispose: () => rmSync(folder, { recursive: true }),
    async put(content) {
      const chunks: Uint8Array[] = [];
      if (content instanceof Uint8Array) chunks.push(content);
      else for await (const chunk of content) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      writeFileSync(join(folder, sha256), bytes);
      return { sha256, byteLength: bytes.byteLength };
    },
    async *list() {
      for (const sha256 of readdirSync(folder)) yield { sha256, byteLength: statSync(join(folder, sha256)).size, modifiedAt: statSync(join(folder, sha256)).mtime };
    },
    async *read(sha256, range) {
      const whole = readFileSync(pathOf(sha256));
      if (range && range.end >= whole.byteLength) throw new AppError('BAD_REQUEST');
      const bytes = range ? whole.subarray(range.start, range.end + 1) : whole;
      // In odd pieces, so that a line of a manifest never ends where a chunk does.
      for (let at = 0; at < bytes.byteLength; at += 1000) yield bytes.subarray(at, at + 1000);
    },
    refresh: async (sha256) => (existsSync(join(folder, sha256)) ? { byteLength: statSync(join(folder, sha256)).size } : null),
    stat: async (sha256) => (existsSync(join(folder, sha256)) ? { byteLength: statSync(join(folder, sha256)).size } : null),
    async remove(sha256, options) {
      const path = join(folder, sha256);
      if (!existsSync(path) || (options && statSync(path).mtime >= options.unlessSince)) return false;
      rmSync(path);
      return true;
    },
    localPath: async (sha256) => pathOf(sha256),
    signedUrl: async () => null,
    sweepUploads: async () => undefined,
    ping: async () => undefined,
  };
}
