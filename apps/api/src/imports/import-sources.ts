import type { Actor, DatasetSource } from '@eyegazer/core';
import type { S3Access } from '@eyegazer/platform';
import { assertBucketInRoots, foldersOf, resolveServerPath, type DataRoots } from '../services/data-roots.js';
import type { Uploads } from '../uploads/create-uploads.js';
import type { ImportSource } from './import-source.js';

/** What requests name as sources, checked: from here on only what may be read is. */
export interface ImportSources {
  /** @throws AppError BAD_REQUEST when it is not there, FORBIDDEN outside the data roots, NOT_FOUND or CONFLICT for an upload */
  find(source: DatasetSource, owner: Actor): Promise<ImportSource>;
  /**
   * The same for what somebody was allowed to import before; null for an upload that is gone.
   * @throws AppError BAD_REQUEST, FORBIDDEN
   */
  findAgain(source: DatasetSource): Promise<ImportSource | null>;
}

const what = 'source.uri';

export function createImportSources({ roots, buckets, uploads }: { roots: DataRoots; buckets: S3Access; uploads: Pick<Uploads, 'find' | 'findAgain'> }): ImportSources {
  async function findPlace(source: DatasetSource & { kind: 'path' | 's3' }): Promise<ImportSource> {
    if (source.kind === 's3') {
      assertBucketInRoots(source.uri, { roots, what });
      return { kind: 's3', uri: source.uri, access: buckets };
    }
    return { kind: 'path', path: await resolveServerPath(source.uri, { roots, what }), roots: foldersOf(roots) };
  }

  return {
    async find({ kind, uri }, owner) {
      return kind === 'upload' ? { kind, ...(await uploads.find(uri, owner)) } : findPlace({ kind, uri });
    },
    async findAgain({ kind, uri }) {
      if (kind !== 'upload') return findPlace({ kind, uri });
      const found = await uploads.findAgain(uri);
      return found && { kind, ...found };
    },
  };
}
