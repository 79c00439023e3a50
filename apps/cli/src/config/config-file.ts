/** The file that `eyegazer login` writes. It holds a secret: only its owner may read it. */
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, parseWith } from '@eyegazer/core';
import { z } from 'zod';

const configSchema = z.strictObject({ url: z.url(), token: z.string().min(1).nullable().default(null) });
export type Config = z.infer<typeof configSchema>;

/** Null when nobody has logged in. @throws AppError BAD_FILE when it is there and cannot be used */
export async function readConfig(path: string): Promise<Config | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new AppError('BAD_FILE', `${path} cannot be read (${error.code ?? error.message}).`, { cause: error });
  });
  if (text === null) return null;
  try {
    return parseWith(configSchema, JSON.parse(text), { code: 'BAD_FILE', what: path });
  } catch (error) {
    // Never the parser's own words: they may quote the token.
    throw new AppError('BAD_FILE', `${path} is not what eyegazer login writes. Remove it with eyegazer logout, then log in again.`, { cause: error });
  }
}

export async function writeConfig(path: string, config: Config): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const part = `${path}.${randomUUID()}`;
  try {
    await writeFile(part, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** False when there was none. */
export async function removeConfig(path: string): Promise<boolean> {
  return rm(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
