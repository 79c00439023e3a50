import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { ArtifactStore } from '@eyegazer/core';
import ZipStream from 'zip-stream';

export interface ZipContent {
  fileName: string;
  files: readonly { name: string; sha256: string }[];
  /** Date of every entry, so that the same bundle is the same bytes each time. */
  at: Date;
}

/**
 * Streams a zip of artifacts, one after the other. An artifact that fails on the way cuts the download: a zip without
 * its end opens nowhere, so half of one is never taken for a whole.
 */
export async function sendZip(store: ArtifactStore, content: ZipContent, response: Response): Promise<void> {
  const zip = new ZipStream({ level: 6 });
  response.attachment(content.fileName);
  response.set({ 'Content-Type': 'application/zip', 'Cache-Control': 'private, no-cache' });
  const sent = pipeline(zip, response);
  try {
    for (const file of content.files) {
      const source = Readable.from(store.read(file.sha256));
      try {
        await Promise.race([addEntry(zip, { name: file.name, source, at: content.at }), sent]);
      } finally {
        source.destroy(); // of a download that was given up, the file stays open otherwise
      }
    }
    zip.finish();
  } catch (error) {
    zip.destroy(error instanceof Error ? error : new Error(String(error)));
    await sent.catch(() => undefined);
    throw error;
  }
  await sent;
}

function addEntry(zip: ZipStream, entry: { name: string; source: Readable; at: Date }): Promise<void> {
  return new Promise((resolve, reject) => {
    entry.source.once('error', reject);
    zip.entry(entry.source, { name: entry.name, date: entry.at, mode: 0o644 }, (error) => (error ? reject(error) : resolve()));
  });
}
