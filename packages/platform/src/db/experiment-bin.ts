/**
 * The bin: experiments that a person threw away, with everything they have, until the retention time is over. Being in
 * it is no state of its own: `deletedAt` is set, and the state is the one it ended with.
 */
import { AppError, isEnded, type ExperimentState } from '@eyegazer/core';
import type { Experiment } from './generated/client.js';
import { appendSystemEvent, experimentNotFound, lockExperiments } from './lifecycle.js';
import type { Tx } from './open-database.js';
import type { Scope } from './unit-of-work.js';

/** Puts an ended experiment into the bin; one that is there already stays as it is. @throws AppError NOT_FOUND, ILLEGAL_TRANSITION */
export async function throwAway(scope: Scope, id: string): Promise<void> {
  const { state, deletedAt } = await lockExperiment(scope, id);
  if (deletedAt !== null) return;
  if (!isEnded(state)) {
    throw new AppError('ILLEGAL_TRANSITION', `An experiment that is ${state} cannot be deleted: expected one that has ended. Cancel it first.`, { details: { state } });
  }
  await moveIntoOrOut(scope, { id, deletedAt: new Date(), message: 'Deleted: moved to the bin.' });
}

/** Takes an experiment out of the bin; one that is not in it stays as it is. @throws AppError NOT_FOUND */
export async function takeBack(scope: Scope, id: string): Promise<void> {
  const { deletedAt } = await lockExperiment(scope, id);
  if (deletedAt === null) return;
  await moveIntoOrOut(scope, { id, deletedAt: null, message: 'Restored from the bin.' });
}

async function moveIntoOrOut(scope: Scope, { id, deletedAt, message }: { id: string; deletedAt: Date | null; message: string }): Promise<void> {
  await scope.tx.experiment.update({ where: { id }, data: { deletedAt }, select: { id: true } });
  // An event, so that pages that follow this experiment look again.
  await appendSystemEvent(scope, { experimentId: id, attempt: 0, body: { type: 'log', data: { level: 'info', message } } });
}

/** @throws AppError NOT_FOUND, also when it is being removed for good: that begins with the row that is locked here */
async function lockExperiment(scope: Scope, id: string): Promise<{ state: ExperimentState; deletedAt: Date | null }> {
  await lockExperiments(scope, [id]);
  const row = await scope.tx.experiment.findUnique({ where: { id }, select: { state: true, deletedAt: true, counter: true } });
  if (!row?.counter) throw experimentNotFound(id);
  return { state: row.state as ExperimentState, deletedAt: row.deletedAt };
}

/** What stands in the way of deleting what experiments use: `used by 3 experiments (1 of them in the bin)`. */
export async function describeUse(tx: Tx, where: { modelId: string } | { datasetVersion: { datasetId: string } }): Promise<string> {
  const all = await tx.experiment.count({ where });
  const binned = await tx.experiment.count({ where: { ...where, deletedAt: { not: null } } });
  const used = `used by ${all === 1 ? 'an experiment' : `${all} experiments`}`;
  if (binned === 0) return used;
  return `${used} (${binned === all ? (all === 1 ? 'which is' : 'all of them') : `${binned} of them`} in the bin, where experiments keep what they used until they are gone for good)`;
}

/** @throws AppError ILLEGAL_TRANSITION */
export function assertNotInBin({ deletedAt }: Pick<Experiment, 'deletedAt'>): void {
  if (deletedAt !== null) throw new AppError('ILLEGAL_TRANSITION', 'This experiment is in the bin. Restore it first.');
}
