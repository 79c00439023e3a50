/** The other end of `createLoader`: loads requested pieces one after the other, in the order of asking. */
import { parentPort, workerData } from 'node:worker_threads';
import { createErrorRecord } from '@eyegazer/core';
import { createPixelLoader } from './load-pixels.js';
import type { LoaderReply, LoaderRequest, LoaderThreadData } from './loader-messages.js';

const port = parentPort;
if (!port) throw new Error('Expected to run in a worker thread.');

const loader = createPixelLoader(workerData as LoaderThreadData);
let stopped = false;
let work = Promise.resolve();

port.on('message', (request: LoaderRequest) => {
  if (request === null) {
    stopped = true;
    // Leaving of itself, when no decoder works any more: a thread ended from outside would take native code down with it.
    void work.then(() => {
      loader.close();
      port.close();
    });
    return;
  }
  work = work.then(() => (stopped ? undefined : load(request)));
});

async function load({ ticket, positions, update }: NonNullable<LoaderRequest>): Promise<void> {
  try {
    const pixels = await loader.load(positions, update);
    port?.postMessage({ ticket, pixels } satisfies LoaderReply, [pixels.buffer]);
  } catch (error) {
    port?.postMessage({ ticket, error: createErrorRecord(error) } satisfies LoaderReply);
  }
}
