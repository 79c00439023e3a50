import { decodeFloats } from './decode-floats.js';
import { findFloatEntry } from './find-float-entry.js';
import { parseHeader, parseHeaderLength, type SafetensorsHeader } from './parse-header.js';

export interface SafetensorsBytes extends SafetensorsHeader {
  /**
   * Values of a tensor as float32; they may share memory with the bytes parsed.
   * @throws AppError BAD_FILE when there is no such tensor or it is not F32, F16 or BF16.
   */
  readonly readTensor: (name: string) => Float32Array;
}

/**
 * Parses a whole safetensors file in memory; `file` is its name in messages.
 * @throws AppError BAD_FILE naming the file, the tensor, what was expected and what came.
 */
export function parseSafetensors(bytes: Uint8Array, file = 'these bytes'): SafetensorsBytes {
  const headerBytes = parseHeaderLength(bytes, bytes.byteLength, file);
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes), bytes.byteLength, file);
  return {
    ...header,
    readTensor: (name) => {
      const { dtype, byteOffset, byteLength } = findFloatEntry(header, name, file);
      return decodeFloats(bytes.subarray(byteOffset, byteOffset + byteLength), dtype);
    },
  };
}
