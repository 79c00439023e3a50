import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { ArtifactStore } from '@eyegazer/core';
import { hasCurrent } from './has-current.js';

export interface NamedArtifact {
  name: string;
  sha256: string;
  byteLength: number;
}

const linkLifetimeMs = 5 * 60_000;

/**
 * Sends one artifact: where its bytes are when the store gives them out itself, the bytes when it does not. Its hash is
 * its ETag: content under a hash never changes, so ranges of one download may be fetched at any time. One range is
 * served; of several, all is sent.
 */
export async function sendArtifact(store: ArtifactStore, artifact: NamedArtifact, { request, response }: { request: Request; response: Response }): Promise<void> {
  const etag = `"${artifact.sha256}"`;
  const fileName = artifact.name.slice(artifact.name.lastIndexOf('/') + 1);
  const type = contentType(artifact.name);
  response.set({ ETag: etag, 'Cache-Control': 'private, no-cache' });
  if (hasCurrent(request, etag)) return void response.status(304).end();

  // The link is signed for GET alone.
  const link = request.method === 'HEAD' ? null : await store.signedUrl(artifact.sha256, { fileName, contentType: type, expiresInMs: linkLifetimeMs });
  // A link that is kept lets people in who were not asked for a token, and is dead in a while.
  if (link !== null) {
    response.removeHeader('ETag');
    return void response.status(302).set({ Location: link, 'Cache-Control': 'no-store' }).end();
  }

  response.attachment(fileName).type(type).set('Accept-Ranges', 'bytes');

  const range = findRange(request, { etag, byteLength: artifact.byteLength });
  if (range === 'unsatisfiable') {
    response.removeHeader('Content-Disposition');
    return void response.status(416).set('Content-Range', `bytes */${artifact.byteLength}`).end();
  }
  const length = range ? range.end - range.start + 1 : artifact.byteLength;
  response.status(range ? 206 : 200).set('Content-Length', String(length));
  if (range) response.set('Content-Range', `bytes ${range.start}-${range.end}/${artifact.byteLength}`);
  if (request.method === 'HEAD' || length === 0) return void response.end();
  await pipeline(Readable.from(store.read(artifact.sha256, range)), response);
}

function findRange(request: Request, artifact: { etag: string; byteLength: number }): { start: number; end: number } | 'unsatisfiable' | undefined {
  const condition = request.headers['if-range'];
  if (condition !== undefined && condition !== artifact.etag) return undefined;
  const ranges = request.range(artifact.byteLength);
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  const [range] = ranges;
  return range && { start: range.start, end: range.end };
}

function contentType(name: string): string {
  const types: Record<string, string> = { json: 'application/json', csv: 'text/csv; charset=utf-8', md: 'text/markdown; charset=utf-8', yaml: 'application/yaml' };
  return types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
