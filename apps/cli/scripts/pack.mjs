/**
 * `npm run pack -w @eyegazer/cli -- <folder>`: the command line as one tarball without dependencies, to be installed
 * anywhere by `npm install -g <tarball>`. The project must have been built.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? '.');
const entry = join(root, 'dist', 'main.js');
if (!existsSync(entry)) throw new Error('The command line is not built yet. Run `npm run build` first.');

const stage = mkdtempSync(join(tmpdir(), 'eyegazer-pack-'));
try {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { target: 'node', noExternal: true, external: ['bufferutil', 'utf-8-validate'] },
    build: { ssr: entry, target: 'node20', outDir: join(stage, 'dist'), emptyOutDir: true, license: { fileName: 'third-party-licenses.md' }, rolldownOptions: { output: { entryFileNames: 'main.js', codeSplitting: false } } },
  });
  const { name, version, description, license, type, engines, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify({ name, version, description, license, type, engines, bin, files: ['bin', 'dist'] }, null, 2)}\n`);
  cpSync(join(root, 'bin'), join(stage, 'bin'), { recursive: true });
  cpSync(join(root, '..', '..', 'LICENSE'), join(stage, 'LICENSE'));
  mkdirSync(target, { recursive: true });
  const [tarball] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', target], { cwd: stage, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  console.log(join(target, tarball.filename));
} finally {
  rmSync(stage, { recursive: true, force: true });
}
