import { writeSafetensors, type FloatTensor } from '@eyegazer/formats';
import { describeIdentity, type TrainingIdentity } from './training-identity.js';
import { stateParts, trainingStateFormat, trainingStateVersion, type TrainingState } from './training-state.js';

/** Encodes a state; the bytes are a copy, training may go on. */
export function writeTrainingState(state: TrainingState, identity: TrainingIdentity): Uint8Array {
  const { updates, trainable, optimizer, ema, lossScale } = state;
  const tensors = new Map<string, FloatTensor>();
  const add = (part: string, name: string, data: Float32Array): void => void tensors.set(`${part}/${name}`, { shape: [data.length], data });
  for (const [name, values] of trainable) add(stateParts.trainable, name, values);
  for (const [name, { m, v }] of optimizer.moments) {
    add(stateParts.m, name, m);
    add(stateParts.v, name, v);
  }
  if (ema !== null) for (const [name, values] of ema.values) add(stateParts.ema, name, values);
  return writeSafetensors(tensors, {
    format: trainingStateFormat,
    version: trainingStateVersion,
    identity: JSON.stringify(describeIdentity(identity)),
    counters: JSON.stringify({ updates, optimizerSteps: optimizer.steps, emaUpdates: ema?.updates ?? null, lossScale }),
  });
}
