/** Builds every package, then the dashboard when its sources have changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { install } from './install.mjs';
import { endInWords, root, runTool } from './run.mjs';

const dashboardSources = ['apps/dashboard', 'packages/client', 'packages/core', 'package-lock.json'];
const dashboardOutput = `${root}apps/dashboard/dist/web`;

/** @param {string[]} [projects] TypeScript projects; the product's own unless told */
export async function build(projects = ['.']) {
  if ((await runTool('tsc', ['-b', ...projects])) !== 0) throw new Error('The TypeScript build failed; its messages are above.');
  const stamp = `${dashboardOutput}.stamp`;
  const sources = fingerprint();
  if (existsSync(`${dashboardOutput}/index.html`) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  if ((await runTool('vite', ['build', 'apps/dashboard', '--logLevel', 'warn'])) !== 0) throw new Error('The dashboard build failed; its messages are above.');
  mkdirSync(dashboardOutput, { recursive: true });
  writeFileSync(stamp, sources);
}

/** Hash of the dashboard's source files. */
function fingerprint() {
  const hash = createHash('sha256');
  const visit = (path) => {
    if (/\/(node_modules|dist)$/.test(path)) return;
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) visit(`${path}/${name}`);
    else hash.update(path.slice(root.length)).update(readFileSync(path));
  };
  for (const source of dashboardSources) visit(root + source);
  return hash.digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await install().catch(endInWords);
  await build().catch(endInWords);
}
