import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { UploadMemory } from '@eyegazer/client';
import { z } from 'zod';
import { configPath } from '../config/config-path.js';

const entrySchema = z.object({
  fingerprint: z.string(),
  urlStorageKey: z.string(),
  uploadUrl: z.string().nullable(),
  size: z.number().nullable(),
  metadata: z.record(z.string(), z.string()),
  creationTime: z.string(),
});
type Entry = z.infer<typeof entrySchema>;

/** The server keeps no upload for longer without a byte; an entry is made at its beginning. */
const longestKeptMs = 7 * 24 * 3_600_000;

/** Notes beside the login which upload belongs to which file. What is there and cannot be read is forgotten: the file is sent anew then. */
export function createUploadMemory(env: Readonly<Record<string, string | undefined>>): UploadMemory {
  const path = join(dirname(configPath(env)), 'uploads.json');

  async function read(): Promise<Entry[]> {
    try {
      const entries = z.array(entrySchema).parse(JSON.parse(await readFile(path, 'utf8')));
      return entries.filter(({ creationTime }) => Date.now() - Date.parse(creationTime) < longestKeptMs);
    } catch {
      return [];
    }
  }

  async function write(entries: readonly Entry[]): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const part = `${path}.${randomUUID()}`;
    await writeFile(part, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(part, path);
  }

  const found = async (fits: (entry: Entry) => boolean) => (await read()).filter(fits).map((entry) => ({ ...entry, parallelUploadUrls: null }));
  return {
    findAllUploads: () => found(() => true),
    findUploadsByFingerprint: (fingerprint) => found((entry) => entry.fingerprint === fingerprint),
    removeUpload: async (key) => write((await read()).filter(({ urlStorageKey }) => urlStorageKey !== key)),
    async addUpload(fingerprint, { size, metadata, creationTime, uploadUrl }) {
      const urlStorageKey = randomUUID();
      await write([...(await read()), { fingerprint, urlStorageKey, size, metadata, creationTime, uploadUrl }]);
      return urlStorageKey;
    },
  };
}
