import { AppError } from '@eyegazer/core';
import { checkPrecision } from './check-precision.js';
import { createLossScaledSession } from './loss-scaled-session.js';
import { createTracedEvalSession } from './traced-eval-session.js';
import { createTracedTrainSession } from './traced-train-session.js';
import type { EvalSession, SessionOptions, TrainSession } from './train-session.js';

/**
 * Makes a session that computes loss and gradients.
 * @throws AppError BAD_CONFIG when the LoRA spec names a layer the model lacks, BAD_MODEL when a weight is missing, UNSUPPORTED for
 *   a precision, a recomputation or a device that cannot be had
 */
export async function createTrainSession(options: SessionOptions): Promise<TrainSession> {
  checkPrecision(options);
  if (options.engine === 'traced') {
    const session = await createTracedTrainSession(options);
    return options.precision === 'fp16' ? createLossScaledSession(session, options.lossScale) : session;
  }
  if (options.recompute !== undefined && options.recompute !== 'none') {
    throw new AppError('UNSUPPORTED', `Expected recompute "none" on the eager engine, got "${options.recompute}". Use the traced engine, or a smaller micro-batch.`);
  }
  // Loaded only when asked for: tfjs's backends take a while to start.
  const { createEagerTrainSession } = await import('./eager-train-session.js');
  return createEagerTrainSession(options);
}

/** Makes a session that computes logits alone. @throws as `createTrainSession` */
export async function createEvalSession(options: SessionOptions): Promise<EvalSession> {
  checkPrecision(options);
  if (options.engine === 'traced') return createTracedEvalSession(options);
  const { createEagerEvalSession } = await import('./eager-eval-session.js');
  return createEagerEvalSession(options);
}
