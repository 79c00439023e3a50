/**
 * The other end of `createVersionMaker`: makes versions one after the other, each in one go, which for a million images takes
 * seconds that the API's own thread does not have. The images that it chose from last stay at hand.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createErrorRecord } from '@eyegazer/core';
import { loadDuplicateGroups, loadImageIndex, planVersion, readHeldIds, storeVersion, type ImageIndex, type MadeVersion } from '@eyegazer/data';
import { createLogger, findSecrets, openStore } from '@eyegazer/platform';
import { openImportSource } from '../imports/import-source.js';
import type { VersionJob, VersionReply, VersionRequest, VersionThreadData } from './version-messages.js';

const port = parentPort;
if (!port) throw new Error('Expected to run in a worker thread.');

const { store: address, roots, workFolder } = workerData as VersionThreadData;
const log = createLogger({ name: 'versions', level: 'warn', secrets: findSecrets(process.env) });
const opening = openStore(address.settings, { ...address, log });
const { signal } = new AbortController();
let kept: { key: string; images: ReturnType<typeof loadImages> } | null = null;
let work = Promise.resolve();

port.on('message', (request: VersionRequest) => {
  work = work.then(() => answer(request));
});

async function answer({ ticket, job }: VersionRequest): Promise<void> {
  try {
    port?.postMessage({ ticket, answer: await make(job) } satisfies VersionReply);
  } catch (error) {
    port?.postMessage({ ticket, error: createErrorRecord(error) } satisfies VersionReply);
  }
}

async function make(job: VersionJob): Promise<MadeVersion> {
  const images = await imagesOf(job);
  const heldIds = await readList(job, images.index);
  const planned = planVersion({ ...images, curation: job.curation, ...(heldIds && { heldIds }) });
  if (job.isStored) await storeVersion(planned, await opening);
  return planned.made;
}

async function readList({ curation, source }: VersionJob, { images }: ImageIndex): Promise<ReadonlySet<string> | null> {
  if (curation.split.kind !== 'list') return null;
  const opened = source && (await openImportSource(source, { workFolder, signal }));
  try {
    const knownIds = new Set(images.filter(({ label }) => label !== null).map(({ id }) => id));
    return await readHeldIds(curation.split.file, { source: opened, roots, knownIds });
  } finally {
    await opened?.close();
  }
}

function imagesOf({ imagesId, auditId }: VersionJob): ReturnType<typeof loadImages> {
  const key = `${imagesId} ${auditId}`;
  if (kept?.key !== key) kept = { key, images: loadImages(imagesId, auditId) };
  const { images } = kept;
  images.catch(() => (kept = null));
  return images;
}

async function loadImages(imagesId: string, auditId: string) {
  const store = await opening;
  return { index: await loadImageIndex({ imagesId, store }), groups: await loadDuplicateGroups({ auditId, store }) };
}
