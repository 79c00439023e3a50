import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Schema } from '@eyegazer/core';
import { ignoreMissing } from './process-files.js';

export interface ListedFile {
  path: string;
  sha256: string;
  byteLength: number;
  modifiedAt: Date;
  /** Names the file has. */
  links: number;
}

/** Walks the artifacts below a folder one by one; what is not named as one is passed over. */
export async function* listFolder(folder: string): AsyncGenerator<ListedFile> {
  for await (const first of foldersIn(folder)) {
    for await (const second of foldersIn(join(folder, first))) {
      const home = join(folder, first, second);
      for await (const { name } of await opendir(home)) {
        const found = sha256Schema.safeParse(name).success ? await stat(join(home, name)).catch(ignoreMissing) : null;
        if (found) yield { path: join(home, name), sha256: name, byteLength: found.size, modifiedAt: found.mtime, links: found.nlink };
      }
    }
  }
}

async function* foldersIn(folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) if (entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name)) yield entry.name;
}
