/**
 * An import (every image decoded, hashed, analysed, stored in shards, all of them compared, a version made) beside Pillow that
 * decodes the same files and scales them to 224 pixels in two processes. Linux, Python with Pillow; after a build:
 *
 *   npx tsx bench/ingest.ts [folder] [--jpegs 250,500,1000] [--pngs 200] [--rounds 2]
 *
 * The generated images (2592 x 1944) are kept in the folder, if one is named. Rounds take turns; the best of each is shown.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { importProcessOptions } from '@eyegazer/api';
import type { Ingested } from './ingest/import-child.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { jpegs: { type: 'string', default: '250,500,1000' }, pngs: { type: 'string', default: '200' }, rounds: { type: 'string', default: '2' } },
});
const home = positionals[0] ?? (await mkdtemp(join(tmpdir(), 'eyegazer-bench-ingest-')));
const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const run = promisify(execFile);

/** Draws the images, unless they are there. */
async function draw(format: 'jpeg' | 'png', count: number): Promise<string> {
  const folder = join(home, `${format}-${count}`);
  if (existsSync(join(folder, 'whole'))) return folder;
  await run(process.execPath, ['--import', 'tsx', fileOf('make-fundus.ts'), folder, '--count', String(count), '--format', format], { maxBuffer: 1e8 });
  await writeFile(join(folder, 'whole'), '');
  return folder;
}

/** The first images of a folder, as a folder. */
async function takeFirst(folder: string, count: number): Promise<string> {
  const part = `${folder}-first-${count}`;
  await rm(part, { recursive: true, force: true });
  await mkdir(join(part, 'train_images'), { recursive: true });
  const names = (await readdir(join(folder, 'train_images'))).sort().slice(0, count);
  for (const name of names) await link(join(folder, 'train_images', name), join(part, 'train_images', name));
  const ids = new Set(names.map((name) => name.replace(/\.\w+$/, '')));
  const [head, ...rows] = (await readFile(join(folder, 'train.csv'), 'utf8')).trim().split('\n');
  await writeFile(join(part, 'train.csv'), `${[head, ...rows.filter((row) => ids.has(row.split(',')[0] ?? ''))].join('\n')}\n`);
  return part;
}

async function ingest(folder: string): Promise<Ingested> {
  const { env, execArgv } = importProcessOptions(process.env);
  const child = fork(fileOf('ingest/import-child.ts'), [folder], { execArgv: [...execArgv, '--import', 'tsx'], env });
  const [answer] = (await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => Promise.reject(new Error(`The import ended with code ${code}.`)))])) as [Ingested];
  return answer;
}

async function pillow(folder: string): Promise<{ images: number; wallMs: number; cpuMs: number }> {
  const { stdout } = await run(process.env['PEER_PYTHON'] ?? '/usr/bin/python3', [fileOf('ingest/pillow-ingest.py'), join(folder, 'train_images'), '2']);
  const [images = 0, wall = 0, cpu = 0] = stdout.trim().split(' ').map(Number);
  return { images, wallMs: wall * 1000, cpuMs: cpu * 1000 };
}

async function compare(name: string, folder: string): Promise<void> {
  const own: Ingested[] = [];
  const others: Awaited<ReturnType<typeof pillow>>[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    own.push(await ingest(folder));
    others.push(await pillow(folder));
  }
  const best = <T extends { wallMs: number }>(all: T[]): T => all.reduce((a, b) => (b.wallMs < a.wallMs ? b : a));
  const [mine, other] = [best(own), best(others)];
  const rate = ({ images, wallMs }: { images: number; wallMs: number }): number => (images / wallMs) * 1000;
  const cpu = ({ images, cpuMs }: { images: number; cpuMs: number }): string => (cpuMs / images).toFixed(1);
  const peak = Math.max(...own.map(({ peakBytes }) => peakBytes));
  console.log(
    `${name}: import ${rate(mine).toFixed(1)} images/s (${cpu(mine)} ms CPU each, ${(mine.wallMs / 1000).toFixed(1)} s, peak ${(peak / 1e6).toFixed(0)} MB), Pillow ${rate(other).toFixed(1)} (${cpu(other)} ms CPU): ${(rate(mine) / rate(other)).toFixed(2)} x`,
  );
}

try {
  const counts = values.jpegs.split(',').map(Number).filter((count) => count > 0);
  if (counts.length > 0) {
    const all = await draw('jpeg', Math.max(...counts));
    for (const count of counts) await compare(`${count} JPEG`, await takeFirst(all, count));
  }
  if (Number(values.pngs) > 0) await compare(`${values.pngs} PNG`, await draw('png', Number(values.pngs)));
} finally {
  if (positionals[0] === undefined) await rm(home, { recursive: true, force: true });
}
