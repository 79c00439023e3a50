/**
 * The training loop: micro-batches in, optimizer updates out. It knows nothing of files, processes or metrics: pieces come
 * from a loader, everything it has to tell goes through callbacks.
 */
import { setImmediate } from 'node:timers/promises';
import { AppError, type LoadedPiece } from '@eyegazer/core';
import type { AdamW } from '../optimizer/adamw.js';
import { clipGradNorm } from '../optimizer/clip-grad-norm.js';
import type { Ema } from '../optimizer/ema.js';
import type { TrainSession } from '../session/train-session.js';
import { createWindow } from './gradient-window.js';

export interface TrainLoopOptions {
  session: TrainSession;
  /** In order; pieces of one window follow each other and have at most the session's `microBatch` samples. */
  pieces: AsyncIterable<LoadedPiece>;
  /** Updated in place, by the optimizer that was made for it. */
  trainable: ReadonlyMap<string, Float32Array>;
  optimizer: AdamW;
  /** Averages what trains after each update; evaluate and keep its values then. */
  ema?: Ema;
  /** Learning rate of a zero-based update. */
  learningRate: (update: number) => number;
  clipNorm: number;
  /** Seed of the LoRA dropout masks. */
  seed: number;
  signal: AbortSignal;
  onUpdate: (report: UpdateReport) => void;
  /** Whether `onEvaluate` is called after a zero-based update. */
  isEvaluationDue: (update: number) => boolean;
  /** Anything but null ends the loop. */
  onEvaluate: (report: UpdateReport) => Promise<StopVerdict | null>;
}

/** What one optimizer update was like. */
export interface UpdateReport {
  /** Zero-based. */
  update: number;
  /** Zero-based. */
  epoch: number;
  /** Mean over the window. */
  loss: number;
  /** L2, before clipping. */
  gradNorm: number;
  lr: number;
  /** Samples of the window. */
  images: number;
  /** Computing, the optimizer included. */
  stepMs: number;
  /** Waiting for the loader. */
  dataWaitMs: number;
  /** In fp16, where the dynamic loss scale stands and how many steps were computed again at a smaller one, because float16 overflowed. */
  lossScale?: { scale: number; overflows: number };
}

export interface StopVerdict {
  reason: string;
}

export interface TrainLoopResult {
  /** Updates made by this call. */
  updates: number;
  stopped: StopVerdict | null;
}

/**
 * Trains until the pieces end or an evaluation says stop.
 * @throws AppError CANCELLED when the signal aborts, NON_FINITE with `details.update` when loss, gradients or weights are
 * no longer numbers
 */
export async function trainLoop(options: TrainLoopOptions): Promise<TrainLoopResult> {
  const { session, trainable, optimizer, signal } = options;
  const window = createWindow(trainable);
  let updates = 0;
  let waitingSince = performance.now();
  for await (const piece of options.pieces) {
    const startedAt = performance.now();
    // A step blocks the thread: this is where messages and the abort get in.
    await setImmediate();
    if (signal.aborted) throw new AppError('CANCELLED', `Cancelled before update ${piece.update}.`);

    const output = await session.step({
      pixels: piece.pixels,
      targets: piece.targets,
      sampleWeights: piece.sampleWeights,
      dropout: { seed: options.seed, update: piece.update, sampleIds: piece.positions.map((_, i) => window.samples + i) },
      trainable,
    });
    window.add(output, piece.positions.length);
    window.dataWaitMs += startedAt - waitingSince;

    if (piece.endsWindow) {
      const { update, epoch, windowSize: images } = piece;
      const { loss, grads } = window;
      checkFinite('loss', loss, update);
      const gradNorm = clipGradNorm(grads, options.clipNorm);
      checkFinite('gradient norm', gradNorm, update);
      const lr = options.learningRate(update);
      optimizer.step(grads, lr);
      for (const [name, values] of trainable) checkFinite(name, sum(values), update);
      options.ema?.update();
      updates += 1;

      const stepMs = window.stepMs + performance.now() - startedAt;
      const scaling = session.lossScale && { lossScale: { scale: session.lossScale.scale, overflows: window.overflows } };
      const report: UpdateReport = { update, epoch, loss, gradNorm, lr, images, stepMs, dataWaitMs: window.dataWaitMs, ...scaling };
      options.onUpdate(report);
      window.clear();
      if (options.isEvaluationDue(update)) {
        const stopped = await options.onEvaluate(report);
        if (stopped !== null) return { updates, stopped };
      }
    } else {
      window.stepMs += performance.now() - startedAt;
    }
    waitingSince = performance.now();
  }
  return { updates, stopped: null };
}

function checkFinite(what: string, value: number, update: number): void {
  if (Number.isFinite(value)) return;
  throw new AppError('NON_FINITE', `Expected a finite ${what} in update ${update}, got ${value}. Lower training.learningRate.`, {
    details: { update, what, value: String(value) },
  });
}

/** Not finite when any of the values is not. */
function sum(values: Float32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
