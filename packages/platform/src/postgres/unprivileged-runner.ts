import { spawnSync } from 'node:child_process';
import { AppError } from '@eyegazer/core';
import type { PostgresBinaries } from './postgres-binaries.js';

/** How to start programs that refuse to run as root. */
export interface UnprivilegedRunner {
  wrap(program: string, args: string[]): { program: string; args: string[] };
  /** Spawn options: who it runs as; empty for this process's own user. */
  user: { uid?: number; gid?: number };
  /** Who must own the files it works on. */
  ownerId: number;
}

/** `nobody`: owns nothing and may do nothing. */
const nobody = 65_534;

/**
 * For a normal user, the program itself. For root, the program in a user namespace without mappings: it sees itself as
 * nobody, and its files stay root's. Where root may not make such a namespace, as in most containers, it runs as nobody.
 * @throws AppError UNSUPPORTED when none of this works
 */
export function createUnprivilegedRunner(binaries: PostgresBinaries): UnprivilegedRunner {
  const ownId = process.getuid?.() ?? 0;
  const plain = (program: string, args: string[]): { program: string; args: string[] } => ({ program, args });
  if (ownId !== 0) return { wrap: plain, user: {}, ownerId: ownId };
  const namespace = spawnSync('unshare', ['--user', 'true'], { encoding: 'utf8' });
  if (namespace.status === 0) return { wrap: (program, args) => ({ program: 'unshare', args: ['--user', program, ...args] }), user: {}, ownerId: 0 };
  const user = { uid: nobody, gid: nobody };
  const asNobody = spawnSync(binaries.initdb, ['--version'], { encoding: 'utf8', cwd: '/', ...user });
  if (asNobody.status === 0) return { wrap: plain, user, ownerId: nobody };
  throw new AppError(
    'UNSUPPORTED',
    `PostgreSQL refuses to run as root. Neither \`unshare --user\` works here (${reasonOf(namespace)}), nor can the user nobody run ${binaries.initdb} (${reasonOf(asNobody)}). ` +
      'Start Eyegazer as a normal user, from a folder that others may enter, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

function reasonOf(result: { error?: Error; stderr: string | null }): string {
  return result.error?.message ?? result.stderr?.trim() ?? 'no reason given';
}
