/** The other end of `createImageThreads`: decodes and analyses one image after the other. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { createErrorRecord } from '@eyegazer/core';
import { analyseImage } from '../audit/analyse-image.js';
import { decodeImage, openOptions } from '../image/decode-image.js';
import { readImageHeader } from '../image/read-image-header.js';
import type { AnalysedImage, ImageReply, ImageRequest, ImageThreadData } from './image-messages.js';

/** Of larger ones only one is in memory at a time, over all threads: some are a hundred megapixels. */
const largePixels = 16_000_000;

const port = parentPort;
if (!port) throw new Error('Expected to run in a worker thread.');

const { turn } = workerData as ImageThreadData;
let work = Promise.resolve();

port.on('message', (request: ImageRequest) => {
  // Leaving of itself, when no decoder works any more: a thread ended from outside would take native code down with it.
  work = work.then(() => (request === null ? port.close() : answer(request)));
});

async function answer({ ticket, bytes }: NonNullable<ImageRequest>): Promise<void> {
  try {
    const image = (await isLarge(bytes)) ? await inTurn(() => analyse(bytes)) : await analyse(bytes);
    port?.postMessage({ ticket, image } satisfies ImageReply);
  } catch (error) {
    port?.postMessage({ ticket, error: createErrorRecord(error) } satisfies ImageReply);
  }
}

async function analyse(bytes: Uint8Array): Promise<AnalysedImage> {
  const image = await decodeImage(bytes);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), width: image.width, height: image.height, ...analyseImage(image) };
}

/** What cannot even be measured is no image, and small until decoding says so. */
async function isLarge(bytes: Uint8Array): Promise<boolean> {
  const { width, height } = readImageHeader(bytes) ?? (await sharp(bytes, openOptions).metadata().catch(() => ({ width: 0, height: 0 })));
  return width * height > largePixels;
}

async function inTurn<T>(task: () => Promise<T>): Promise<T> {
  while (Atomics.compareExchange(turn, 0, 0, 1) !== 0) Atomics.wait(turn, 0, 1);
  try {
    return await task();
  } finally {
    Atomics.store(turn, 0, 0);
    Atomics.notify(turn, 0, 1);
  }
}
