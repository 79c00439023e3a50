/** What `docker build .` would send: the working tree's files that git knows or would take, less those of .dockerignore. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Copies the build context into a folder; answers its files. */
export async function copyBuildContext(root: string, folder: string): Promise<string[]> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, maxBuffer: 1 << 26 });
  const isIgnored = parseDockerignore(await readFile(join(root, '.dockerignore'), 'utf8'));
  const files = [...new Set(stdout.split('\0'))].filter((path) => path !== '' && !isIgnored(path) && existsSync(join(root, path)));
  await Promise.all([...new Set(files.map(dirname))].map((path) => mkdir(join(folder, path), { recursive: true })));
  await Promise.all(files.map((path) => copyFile(join(root, path), join(folder, path))));
  return files;
}

/** Patterns of names, `*` for a part of one, a leading `**` for any folder, `!` for an exception; the last that fits decides. */
export function parseDockerignore(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ ignores: !line.startsWith('!'), pattern: toPattern(line.replace(/^!/, '')) }));
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.ignores ?? false;
}

function toPattern(glob: string): RegExp {
  const anywhere = glob.startsWith('**/');
  const name = (anywhere ? glob.slice(3) : glob).replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${name}(?:/|$)`);
}
