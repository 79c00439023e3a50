import type { FloatDtype } from './dtypes.js';

/**
 * Little-endian bytes of a float dtype -> float32, without loss. F32 bytes are viewed, not copied, when aligned.
 */
export function decodeFloats(bytes: Uint8Array, dtype: FloatDtype): Float32Array {
  switch (dtype) {
    case 'F32': {
      const { buffer, byteOffset } = aligned(bytes, 4);
      return new Float32Array(buffer, byteOffset, bytes.byteLength / 4);
    }
    case 'BF16': {
      const halves = viewHalves(bytes);
      const words = new Uint32Array(halves.length);
      for (let i = 0; i < halves.length; i++) words[i] = halves[i]! << 16;
      return new Float32Array(words.buffer);
    }
    case 'F16':
      return Float32Array.from(viewHalves(bytes), decodeHalf);
  }
  return dtype satisfies never;
}

function viewHalves(bytes: Uint8Array): Uint16Array {
  const { buffer, byteOffset } = aligned(bytes, 2);
  return new Uint16Array(buffer, byteOffset, bytes.byteLength / 2);
}

/**
 * Typed arrays refuse an offset that is no multiple of their element size; offsets in a file need not be one.
 * The constructor copies; `slice` would not: the bytes may be a Buffer.
 */
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 mantissa bits. */
function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
