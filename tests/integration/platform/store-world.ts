/** What the suites of artifact stores share. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ArtifactStore } from '@eyegazer/core';

/** Where a store has its files below `home`. */
export function placeIn(home: string, cacheLimitBytes = 1e9): { folder: string; cacheFolder: string; cacheLimitBytes: number } {
  return { folder: join(home, 'store'), cacheFolder: join(home, 'cache'), cacheLimitBytes };
}

/** Bytes that depend on a number. */
export function createBytes(byteLength: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(byteLength);
  for (let i = 0; i < byteLength; i++) bytes[i] = (i * 31 + seed * 97) ^ (i >> 8) ^ (i >> 16);
  return bytes;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Everything that comes, or what it is stopped by. */
export async function readAll(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await collect(content));
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

export async function* inPieces(bytes: Uint8Array, pieceBytes = 100_000, failAt = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
    if (at >= failAt) throw new Error('the source was cut');
    yield bytes.subarray(at, at + pieceBytes);
  }
}

export async function listNames(store: ArtifactStore): Promise<string[]> {
  return (await collect(store.list())).map(({ sha256 }) => sha256).sort();
}
