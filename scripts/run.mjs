/** Runs a command of this project to its end, with its output shown. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} the exit code; 1 when a signal ended it
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs a command installed in node_modules/.bin. @param {string} name @param {string[]} args */
export function runTool(name, args, options = {}) {
  return run(`${root}node_modules/.bin/${name}`, args, options);
}

/** Ends this script with what went wrong in words: a stack would say nothing to whoever reads it. @param {Error} error */
export function endInWords(error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
