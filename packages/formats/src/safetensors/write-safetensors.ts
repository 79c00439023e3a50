import { AppError } from '@eyegazer/core';

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
  const inOrder = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const entries: [string, unknown][] = [['__metadata__', metadata]];
  let dataBytes = 0;
  for (const [name, { shape, data }] of inOrder) {
    const size = shape.reduce((product, n) => product * n, 1);
    if (size !== data.length) {
      throw new AppError('INTERNAL', `Tensor "${name}": expected ${size} values for shape [${shape.join(', ')}], got ${data.length}.`);
    }
    entries.push([name, { dtype: 'F32', shape, data_offsets: [dataBytes, dataBytes + data.byteLength] }]);
    dataBytes += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerBytes = Math.ceil(json.byteLength / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, 8);
  file.fill(0x20, 8 + json.byteLength, 8 + headerBytes);
  let offset = 8 + headerBytes;
  for (const [, { data }] of inOrder) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}
