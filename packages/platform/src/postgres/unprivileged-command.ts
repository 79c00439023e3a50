import { spawnSync } from 'node:child_process';
import { AppError } from '@eyegazer/core';

/** How to start a program that refuses to run as root. */
export type UnprivilegedCommand = (program: string, args: string[]) => { program: string; args: string[] };

/**
 * For a normal user, the command itself. For root, the command in a user namespace without mappings: it sees itself as
 * nobody, and its files stay root's.
 * @throws AppError UNSUPPORTED when root may not make user namespaces
 */
export function createUnprivilegedCommand(): UnprivilegedCommand {
  if (process.getuid?.() !== 0) return (program, args) => ({ program, args });
  const trial = spawnSync('unshare', ['--user', 'true'], { encoding: 'utf8' });
  if (trial.status !== 0) {
    const reason = trial.error?.message ?? trial.stderr.trim();
    throw new AppError(
      'UNSUPPORTED',
      `PostgreSQL refuses to run as root, and \`unshare --user\` does not work here (${reason}). Start Eyegazer as a normal user, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  return (program, args) => ({ program: 'unshare', args: ['--user', program, ...args] });
}
