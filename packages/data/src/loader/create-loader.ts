import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  AppError,
  targetOf,
  augmentPresets,
  type Augmentation,
  type AugmentPresetName,
  type BatchPiece,
  type ImageSteps,
  type LoadedPiece,
  type ResolvedTask,
  type SplitName,
} from '@eyegazer/core';
import { scalePreprocessor, type PreprocessorConfig } from '@eyegazer/formats';
import { findCached } from '../cache/find-cached.js';
import '../image/decode-image.js'; // sharp's native library must be loaded by the main thread first, or threads that end unload it
import { createPreparation, preparationKey } from '../prepare/preparation.js';
import type { DatasetVersion } from '../version/load-dataset-version.js';
import { localShards } from '../version/local-shards.js';
import { throwIfCancelled } from '../version/throw-if-cancelled.js';
import type { LoaderReply, LoaderRequest, LoaderThreadData } from './loader-messages.js';

export interface LoaderOptions {
  readonly version: DatasetVersion;
  readonly split: SplitName;
  /** Which samples come together, in order; read only as far as the loader works ahead. */
  readonly pieces: Iterable<BatchPiece>;
  /** Turns labels into targets. */
  readonly task: ResolvedTask;
  /** Side of the square images to give, in pixels. */
  readonly imageSize: number;
  /** The base model's; its `size` is replaced by `imageSize`. */
  readonly preprocessor: PreprocessorConfig;
  /** A preset by name or its values; `none` or null gives the pixels of Hugging Face's image processor, byte for byte before normalisation. */
  readonly augment: AugmentPresetName | Augmentation | null;
  /** Taken before everything else, in training and evaluation alike. */
  readonly steps?: ImageSteps;
  /** Seed of the augmentation. */
  readonly seed: number;
  readonly threads?: number;
  /** Pieces that are loaded before they are asked for; bounds memory. */
  readonly aheadPieces?: number;
  /** Folder of prepared images, as `fillImageCache` left it; what is not in it is decoded. */
  readonly cacheFolder?: string;
  /** Prepared images kept in memory where the folder lacks them, all threads together. */
  readonly memoryBytes?: number;
  readonly signal?: AbortSignal;
}

/** Loaded pieces in the order of `pieces`, to be iterated once. */
export interface Loader extends AsyncIterable<LoadedPiece> {
  /** Milliseconds that the consumer has waited for data so far. */
  readonly dataWaitMs: number;
}

const defaultMemoryBytes = 512 * 1024 * 1024;

interface Outcome {
  resolve(pixels: Float32Array<ArrayBuffer>): void;
  reject(error: unknown): void;
}

/**
 * Loads pieces ahead of their consumer in threads of its own, so that work goes on while a training step blocks the event
 * loop. Threads start with the iteration and are gone when it ends: by its last piece, `return()`, an error or the signal.
 * Targets of images without label are NaN. The iteration
 * @throws AppError BAD_FILE or CORRUPT_ARTIFACT naming the image, CANCELLED after an abort
 */
export function createLoader(options: LoaderOptions): Loader {
  let dataWaitMs = 0;
  return {
    get dataWaitMs() {
      return dataWaitMs;
    },
    async *[Symbol.asyncIterator]() {
      const { aheadPieces = 3, signal } = options;
      throwIfCancelled(signal);
      const crew = await startThreads(options);
      const onAbort = (): void => crew.fail(cancelled());
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        const pieces = options.pieces[Symbol.iterator]();
        const ahead: { piece: BatchPiece; pixels: Promise<Float32Array<ArrayBuffer>> }[] = [];
        const fill = (): void => {
          while (ahead.length < aheadPieces) {
            const next = pieces.next();
            if (next.done) return;
            ahead.push({ piece: next.value, pixels: crew.load(next.value) });
          }
        };
        for (;;) {
          fill();
          const first = ahead.shift();
          if (!first) return;
          throwIfCancelled(signal);
          const askedAt = performance.now();
          const pixels = await first.pixels;
          dataWaitMs += performance.now() - askedAt;
          fill(); // before the consumer's step takes this thread
          yield { ...first.piece, pixels, targets: targetsOf(options, first.piece.positions) };
        }
      } finally {
        signal?.removeEventListener('abort', onAbort);
        await crew.stop();
      }
    },
  };
}

interface Crew {
  load(piece: BatchPiece): Promise<Float32Array<ArrayBuffer>>;
  /** Makes everything that is waited for fail. */
  fail(error: unknown): void;
  /** Resolves when every thread is gone. */
  stop(): Promise<void>;
}

async function startThreads(options: LoaderOptions): Promise<Crew> {
  const { version, split, imageSize, threads = 1, cacheFolder, memoryBytes = defaultMemoryBytes } = options;
  const preprocessor = scalePreprocessor(options.preprocessor, imageSize);
  const augmentation: Augmentation | null = typeof options.augment === 'string' ? augmentPresets[options.augment] : options.augment;
  const preparation = createPreparation(preprocessor, augmentation, options.steps);
  const workerData: LoaderThreadData = {
    shardPaths: await localShards(version, options.signal),
    samples: version[split],
    preprocessor,
    augmentation,
    preparation,
    cached: cacheFolder === undefined ? null : findCached(join(cacheFolder, preparationKey(preparation)), version[split]),
    seed: options.seed,
    memoryBytes: Math.floor(memoryBytes / threads),
  };
  const waiting = new Map<number, Outcome>();
  let failure: { error: unknown } | undefined;
  let nextTicket = 0;

  const fail = (error: unknown): void => {
    failure ??= { error };
    for (const outcome of waiting.values()) outcome.reject(error);
    waiting.clear();
  };
  const onReply = (reply: LoaderReply): void => {
    const outcome = waiting.get(reply.ticket);
    waiting.delete(reply.ticket);
    if ('pixels' in reply) outcome?.resolve(reply.pixels);
    else outcome?.reject(new AppError(reply.error.code, reply.error.message, reply.error));
  };
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL('./loader-thread.js', import.meta.url), { workerData, execArgv: [] });
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.on('message', onReply);
    worker.on('error', (error) => fail(new AppError('INTERNAL', `A loader thread died: ${error.message}`, { cause: error })));
    void gone.then(() => fail(new AppError('INTERNAL', 'A loader thread ended before its work was done.')));
    return { gone, send: (request: LoaderRequest) => worker.postMessage(request) };
  });

  return {
    fail,
    load({ positions, update }) {
      const ticket = nextTicket++;
      const pixels = new Promise<Float32Array<ArrayBuffer>>((resolve, reject) => {
        if (failure) reject(failure.error);
        else waiting.set(ticket, { resolve, reject });
      });
      pixels.catch(() => undefined); // thrown when its turn comes
      if (!failure) workers[ticket % workers.length]!.send({ ticket, positions, update });
      return pixels;
    },
    async stop() {
      for (const worker of workers) worker.send(null);
      await Promise.all(workers.map(({ gone }) => gone));
    },
  };
}

function targetsOf({ version, split, task }: LoaderOptions, positions: readonly number[]): Float32Array {
  return Float32Array.from(positions, (position) => {
    const label = version[split][position]?.label ?? null;
    return label === null ? Number.NaN : targetOf(task, label);
  });
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'Loading was cancelled.');
}
