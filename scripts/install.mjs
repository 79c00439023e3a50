/** Installs the dependencies when the lock file has changed since they were last installed. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { root, run } from './run.mjs';

const stamp = `${root}node_modules/.eyegazer-lock`;

export async function install() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Eyegazer needs Node.js 20.19 or newer, this is ${process.versions.node}. Install it from your package manager or with nvm.`);
  }
  const lock = createHash('sha256').update(readFileSync(`${root}package-lock.json`)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing dependencies (once) ...');
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new Error(`npm ci ended with code ${code}; its message is above.`);
  writeFileSync(stamp, lock);
}
