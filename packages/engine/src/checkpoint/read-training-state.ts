import { AppError, parseWith } from '@eyegazer/core';
import { parseSafetensors } from '@eyegazer/formats';
import { z } from 'zod';
import { checkIdentity, type TrainingIdentity } from './training-identity.js';
import { stateParts, trainingStateFormat, trainingStateVersion, type TrainingState } from './training-state.js';

export interface ReadStateOptions {
  /** Of the run that is to go on. */
  identity: TrainingIdentity;
  /** What trains, by `trainableShapes`. */
  shapes: ReadonlyMap<string, readonly number[]>;
  /** The file's name in messages. */
  file?: string;
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'expected JSON, got something else' });
    return z.NEVER;
  }
});
const count = z.int().min(0);
const metadataSchema = z.strictObject({
  format: z.literal(trainingStateFormat),
  version: z.literal(trainingStateVersion),
  identity: json.pipe(z.record(z.string(), z.string())),
  counters: json.pipe(z.strictObject({ updates: count, optimizerSteps: count, emaUpdates: count.nullable(), lossScale: z.strictObject({ scale: z.number().positive(), goodSteps: count }).nullable() })),
});

/**
 * Reads what `writeTrainingState` wrote, into arrays of its own.
 * @throws AppError BAD_FILE when the bytes are no such file, are damaged or hold other tensors than train; CONFLICT naming the
 *   part of the identity that differs
 */
export function readTrainingState(bytes: Uint8Array, { identity, shapes, file = 'the checkpoint' }: ReadStateOptions): TrainingState {
  const parsed = parseSafetensors(bytes, file);
  const { identity: found, counters } = parseMetadata(parsed.metadata, file);
  checkIdentity(found, identity, file);
  const { updates, optimizerSteps, emaUpdates, lossScale } = counters;
  const parts = Object.values(stateParts).filter((part) => part !== stateParts.ema || emaUpdates !== null);
  const expected = new Set(parts.flatMap((part) => [...shapes.keys()].map((name) => `${part}/${name}`)));
  const surplus = [...parsed.tensors.keys()].find((name) => !expected.has(name));
  if (surplus !== undefined) throw badState(file, `tensor "${surplus}": expected no such tensor for what trains`);

  const read = (part: string): Map<string, Float32Array> => new Map([...shapes].map(([name, shape]) => [name, readValues(`${part}/${name}`, sizeOf(shape))]));
  const readValues = (name: string, size: number): Float32Array => {
    const shape = parsed.tensors.get(name)?.shape;
    if (shape?.length !== 1 || shape[0] !== size) throw badState(file, `tensor "${name}": expected shape [${size}], got ${shape === undefined ? 'none' : `[${shape.join(', ')}]`}`);
    const values = Float32Array.from(parsed.readTensor(name));
    const odd = values.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) throw badState(file, `tensor "${name}": expected finite numbers, got ${values[odd]} at ${odd}`);
    return values;
  };
  const v = read(stateParts.v);
  const moments = new Map([...read(stateParts.m)].map(([name, m]) => [name, { m, v: v.get(name)! }]));
  return {
    updates,
    trainable: read(stateParts.trainable),
    optimizer: { steps: optimizerSteps, moments },
    ema: emaUpdates === null ? null : { updates: emaUpdates, values: read(stateParts.ema) },
    lossScale,
  };
}

function parseMetadata(metadata: Readonly<Record<string, string>>, file: string): z.infer<typeof metadataSchema> {
  try {
    return parseWith(metadataSchema, metadata, { code: 'BAD_FILE', what: 'metadata' });
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw badState(file, cause.message, cause);
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function badState(file: string, problem: string, cause?: unknown): AppError {
  return new AppError('BAD_FILE', `${file}: ${problem}. Start the run afresh, or from another checkpoint.`, { details: { file }, cause });
}
