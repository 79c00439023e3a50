/** One import in a process of its own, as the API runs it: a folder into a folder store. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { curationSchema } from '@eyegazer/core';
import { importDataset, openFolderSource } from '@eyegazer/data';
import { createFolderStore } from '@eyegazer/platform';

export interface Ingested {
  images: number;
  wallMs: number;
  /** Of all threads. */
  cpuMs: number;
  /** Most memory that was resident at once. */
  peakBytes: number;
}

const home = await mkdtemp(join(tmpdir(), 'eyegazer-ingest-'));
try {
  const store = await createFolderStore({ folder: join(home, 'store') });
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const source = await openFolderSource({ folder: process.argv[2] ?? '', roots: null });
  const { report } = await importDataset({ source, columns: {}, curation: curationSchema.parse({}), roots: null, store, workFolder: join(home, 'work') });
  await source.close();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  const peakKilobytes = Number(/VmHWM:\s+(\d+) kB/.exec(await readFile('/proc/self/status', 'utf8'))?.[1]);
  if (report.problemCount > 0) throw new Error(`Expected every image to be read, got ${JSON.stringify(report.problems[0])}.`);
  process.send?.({ images: report.sampleCount, wallMs, cpuMs: (user + system) / 1000, peakBytes: peakKilobytes * 1024 } satisfies Ingested);
} finally {
  await rm(home, { recursive: true, force: true });
}
