import { AppError, formatModelSource, parseWith } from '@eyegazer/core';
import { z } from 'zod';
import type { HubSettings } from '../settings/hub-settings.js';
import type { Digest, RemoteFile, RemoteFolder } from '../sources/remote-folder.js';
import { describeHubFailure } from './hub-errors.js';
import { createHubFetch } from './hub-fetch.js';

/** For each answer that says what there is. */
const longestListingMs = 30_000;

const commitSchema = z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/, 'expected a commit of 40 hex digits') });
const entrySchema = z.object({
  type: z.string(),
  path: z.string(),
  size: z.int().min(0),
  /** git's own name of the file's bytes. */
  oid: z.string().regex(/^[0-9a-f]{40}$/).optional(),
  lfs: z.object({ oid: z.string().regex(/^(sha256:)?[0-9a-f]{64}$/), size: z.int().min(0) }).optional(),
});

/**
 * A repository on the Hugging Face hub, at the commit that its revision means now. Files come over plain HTTP, also those that the hub
 * keeps in its Xet storage: only so can a broken download go on where it was.
 * @throws AppError NOT_FOUND, FORBIDDEN, TOO_MANY_REQUESTS, UNAVAILABLE, each saying what to do; the signal's reason
 */
export async function openHubRepo({ id, revision }: { id: string; revision: string }, { settings, signal }: { settings: HubSettings; signal: AbortSignal }): Promise<RemoteFolder> {
  // Loaded only where it is used.
  const { downloadFile, listFiles, modelInfo } = await import('@huggingface/hub');
  const hubUrl = settings.endpoint;
  const repo = { settings, id, revision };

  const ask = async <T>(question: (fetch: typeof globalThis.fetch) => Promise<T>): Promise<T> => {
    try {
      return await question(createHubFetch(repo, AbortSignal.any([signal, AbortSignal.timeout(longestListingMs)])));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SyntaxError) throw new AppError('UNAVAILABLE', `${hubUrl} does not answer as a Hugging Face hub does: expected JSON. Check HF_ENDPOINT.`, { cause: error });
      throw describeHubFailure(error, repo);
    }
  };
  const answer = { code: 'UNAVAILABLE', what: `the answer of ${hubUrl}` } as const;

  const { sha } = await ask(async (fetch) => parseWith(commitSchema, await modelInfo({ name: id, revision, additionalFields: ['sha'], hubUrl, fetch }), answer));
  const files = await ask(async (fetch) => {
    const found: RemoteFile[] = [];
    for await (const entry of listFiles({ repo: { type: 'model', name: id }, revision: sha, hubUrl, fetch })) {
      const { type, path, size, oid, lfs } = parseWith(entrySchema, entry, answer);
      if (type !== 'file' || path.includes('/')) continue;
      const digest = digestOf({ oid, lfs });
      if (digest === null) throw new AppError('UNAVAILABLE', `${hubUrl} does not say what ${path} of ${id} hashes to, so a download could not be checked. Check HF_ENDPOINT.`);
      found.push({ name: path, byteLength: lfs?.size ?? size, digest, tag: digest.hex });
    }
    return found;
  });

  async function* read(file: RemoteFile, { start, signal }: { start: number; signal: AbortSignal }): AsyncGenerator<Uint8Array> {
    // The client's streams tell of an error only its message.
    let failure: unknown;
    const hubFetch = createHubFetch(repo, signal);
    const fetch: typeof hubFetch = (...args) => hubFetch(...args).catch((error: unknown) => {
      failure = error;
      throw error;
    });
    // What the list has said is not asked again.
    const downloadInfo = { size: file.byteLength, etag: file.tag, url: `${hubUrl}/${id}/resolve/${sha}/${encodeURIComponent(file.name)}` };
    try {
      const blob = await downloadFile({ repo: { type: 'model', name: id }, path: file.name, hubUrl, downloadInfo, xet: false, fetch });
      if (blob) yield* (start === 0 ? blob : blob.slice(start, blob.size)).stream() as unknown as AsyncIterable<Uint8Array>;
    } catch (error) {
      signal.throwIfAborted();
      throw describeHubFailure(failure ?? error, repo);
    }
  }

  return { source: formatModelSource({ kind: 'hub', id, revision: sha }), files, read };
}

/** Large files are in LFS (or Xet, which says the same) and known by sha256; small ones as git knows them. */
function digestOf({ oid, lfs }: Pick<z.infer<typeof entrySchema>, 'oid' | 'lfs'>): Digest | null {
  if (lfs) return { kind: 'sha256', hex: lfs.oid.replace('sha256:', '') };
  return oid === undefined ? null : { kind: 'gitBlob', hex: oid };
}
