import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@eyegazer/core';
import type { FileStore } from '@tus/file-store';

/** Without a byte, or an import, for so long an upload is given up. */
const longestSilenceMs = 24 * 3_600_000;

/** Every upload that is here, whole or not. */
export async function listUploads(store: FileStore): Promise<{ byteLength: number; receivedBytes: number }[]> {
  const ids = (await readdir(store.directory)).filter((name) => !name.includes('.'));
  const uploads = await Promise.all(ids.map((id) => store.getUpload(id).catch(() => null)));
  return uploads.flatMap((upload) => (upload === null ? [] : [{ byteLength: upload.size ?? 0, receivedBytes: upload.offset }]));
}

/** Removes uploads that nothing was heard of for a day, and what is left of broken ones. */
export async function removeSilentUploads(folder: string, log: Logger): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      const id = name.replace(/\.json$/, '');
      // The bytes say when something came; the record beside them only when it began.
      const heardAt = Math.max(...(await Promise.all([id, `${id}.json`].map((file) => stat(join(folder, file)).then(({ mtimeMs }) => mtimeMs, () => 0)))));
      if (Date.now() - heardAt <= longestSilenceMs) continue;
      await rm(join(folder, name), { force: true });
      if (name === id) log.info({ uploadId: id }, 'An upload of which nothing was heard for a day was removed');
    }
  } catch (error) {
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'Old uploads could not be removed');
  }
}
