import { AppError, errorCodes, isEnded, type ExperimentState } from '@eyegazer/core';

/** What the process ends with, for scripts: `eyegazer help` lists them. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  unauthorised: 4,
  unreachable: 5,
  runFailed: 10,
  runCancelled: 11,
  runStopped: 12,
  interrupted: 130,
} as const;

/** What a watched run's end means. */
export function exitCodeOfState(state: ExperimentState): number {
  if (!isEnded(state) || state === 'succeeded') return exitCodes.ok;
  return state === 'failed' ? exitCodes.runFailed : state === 'cancelled' ? exitCodes.runCancelled : exitCodes.runStopped;
}

export function exitCodeOfError(error: unknown): number {
  if (!(error instanceof AppError)) return exitCodes.failed;
  if (error.code === 'UNAVAILABLE') return exitCodes.unreachable;
  const { http } = errorCodes[error.code];
  if (http === 401 || http === 403) return exitCodes.unauthorised;
  if (http === 404) return exitCodes.notFound;
  return http === 400 || http === 422 ? exitCodes.usage : exitCodes.failed;
}
