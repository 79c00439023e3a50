/** The other end of `fillImageCache`: fills buckets until there are none left, or until it is told to stop. */
import { parentPort, workerData } from 'node:worker_threads';
import { AppError, createErrorRecord } from '@eyegazer/core';
import type { CacheThreadData, CacheThreadMessage } from './cache-messages.js';
import { fillBuckets } from './fill-buckets.js';

const port = parentPort;
if (!port) throw new Error('Expected to run in a worker thread.');
const { control, ...data } = workerData as CacheThreadData;
const say = (message: CacheThreadMessage): void => port.postMessage(message);

try {
  const prepared = await fillBuckets({
    ...data,
    isStopped: () => Atomics.load(control, 0) !== 0,
    takeBytes(byteLength) {
      if (Atomics.sub(control, 1, Math.ceil(byteLength / 1024)) >= byteLength / 1024) return true;
      Atomics.store(control, 0, 1);
      return false;
    },
    onProgress: (bucket, imageCount) => say({ kind: 'progress', bucket, imageCount }),
  });
  say({ kind: 'done', prepared });
} catch (error) {
  Atomics.store(control, 0, 1);
  if (error instanceof AppError && error.code === 'UNAVAILABLE') say({ kind: 'unwritable', reason: error.message });
  else say({ kind: 'failed', error: createErrorRecord(error) });
}
