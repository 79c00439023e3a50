import { open } from 'node:fs/promises';
import { layOutTensors } from './lay-out-tensors.js';
import { bytesOfTensor } from './write-safetensors.js';

/** A float32 tensor that is read when its turn comes. */
export interface TensorSource {
  readonly shape: readonly number[];
  readonly read: () => Promise<Float32Array>;
}

/**
 * Writes what `writeSafetensors` encodes, with one tensor in memory at a time.
 * @throws AppError INTERNAL when a tensor's data does not fill its shape, and what reading one throws
 */
export async function writeSafetensorsFile(
  path: string,
  tensors: ReadonlyMap<string, TensorSource>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Promise<void> {
  const { head, names } = layOutTensors(new Map([...tensors].map(([name, { shape }]) => [name, shape])), metadata);
  const file = await open(path, 'wx');
  try {
    await file.writeFile(head);
    for (const name of names) {
      const { shape, read } = tensors.get(name)!;
      await file.writeFile(bytesOfTensor(name, { shape, data: await read() }));
    }
  } finally {
    await file.close();
  }
}
