import { AppError } from '@eyegazer/core';
import { layOutTensors } from './lay-out-tensors.js';

/** A float32 tensor in memory. Shape: data holds prod(shape) values in C order. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Encodes float32 tensors as a safetensors file, byte for byte as the Python library does: tensors in order of
 * name, header padded with spaces to a multiple of 8. Without `format: pt` Transformers refuses some files.
 * @throws AppError INTERNAL when a tensor's data does not fill its shape.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Uint8Array {
  const { head, names, byteLength } = layOutTensors(new Map([...tensors].map(([name, { shape }]) => [name, shape])), metadata);
  const file = new Uint8Array(byteLength);
  file.set(head);
  let offset = head.byteLength;
  for (const name of names) {
    const bytes = bytesOfTensor(name, tensors.get(name)!);
    file.set(bytes, offset);
    offset += bytes.byteLength;
  }
  return file;
}

/** @throws AppError INTERNAL when the data does not fill the shape */
export function bytesOfTensor(name: string, { shape, data }: FloatTensor): Uint8Array {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size !== data.length) {
    throw new AppError('INTERNAL', `Tensor "${name}": expected ${size} values for shape [${shape.join(', ')}], got ${data.length}.`);
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
