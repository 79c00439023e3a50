import { resolveAugmentation } from '@eyegazer/core';
import { createPreparation, fillImageCache, type FilledCache } from '@eyegazer/data';
import { scalePreprocessor } from '@eyegazer/formats';
import type { TrainerJob } from '../ipc/trainer-messages.js';
import { imagesFolder } from './cache-folders.js';
import type { PreparedRun } from './prepare-run.js';

/** How often a run's log says how far it is. */
const sayEveryMs = 10_000;

export interface PrepareImagesOptions {
  run: Pick<PreparedRun, 'version' | 'model'>;
  job: Pick<TrainerJob, 'config' | 'home' | 'store' | 'threads'>;
  /** Adds a line to the run's log. */
  say: (message: string) => void;
  signal: AbortSignal;
  now?: () => number;
}

/**
 * Sees to it that every image of a run, to train on and held out, is prepared on this machine's disk, as far as there is room.
 * @throws AppError BAD_FILE or CORRUPT_ARTIFACT naming an image, CANCELLED after an abort
 */
export async function prepareImages({ run, job, say, signal, now = () => performance.now() }: PrepareImagesOptions): Promise<void> {
  const { version, model } = run;
  const preprocessor = scalePreprocessor(model.preprocessor, model.config.imageSize);
  const { images: steps, training } = job.config;
  const cache = { folder: imagesFolder(job.home), limitBytes: job.store.cacheLimitBytes };
  // What is held out is read again at every evaluation, and is little: it has its room first.
  const splits = [
    { split: 'eval', what: 'held out', preparation: createPreparation(preprocessor, null, steps) },
    { split: 'train', what: 'to train on', preparation: createPreparation(preprocessor, resolveAugmentation(training.augment), steps) },
  ] as const;
  for (const { split, what, preparation } of splits) {
    const startedAt = now();
    let saidAt = startedAt;
    const filled = await fillImageCache({
      cache,
      version,
      split,
      preparation,
      threads: job.threads,
      signal,
      onProgress: ({ done, total }) => {
        if (now() - saidAt < sayEveryMs) return;
        saidAt = now();
        say(`${done} of ${total} images ${what} are prepared.`);
      },
    });
    say(describe(filled, what, (now() - startedAt) / 1000));
  }
}

function describe({ total, cached, prepared, shortOf }: FilledCache, what: string, seconds: number): string {
  if (shortOf !== null) return `${cached} of ${total} images ${what} are prepared on disk; the others are decoded whenever they are needed. ${shortOf}`;
  const others = total - prepared;
  if (prepared === 0) return `All ${total} images ${what} were prepared on disk already.`;
  return `${prepared} images ${what} decoded and prepared in ${seconds.toFixed(1)} s${others === 0 ? '' : `; ${others} were on disk already`}.`;
}
