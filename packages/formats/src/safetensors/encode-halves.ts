/**
 * float32 -> the bits of IEEE 754 binary16, rounded to nearest, ties to even. What is too large becomes infinity, NaN stays NaN.
 * Shape: kept.
 */
export function encodeHalves(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) halves[i] = encodeHalf(words[i]!);
  return halves;
}

/** @param word the bits of a float32: 1 sign, 8 exponent, 23 mantissa bits */
function encodeHalf(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x4780_0000) return sign | 0x7c00; // 2^16 and more
  if (magnitude >= 0x3880_0000) {
    // A normal half, 2^-14 and more: 13 bits go, the exponent's bias from 127 to 15. A carry into the exponent is right, to infinity too.
    const rebiased = magnitude - 0x3800_0000;
    return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
  }
  if (magnitude < 0x3300_0000) return sign; // under half of the smallest, 2^-25
  // A subnormal half counts 2^-24: the mantissa with its leading one, shifted by what the exponent lacks.
  const shift = 126 - (magnitude >>> 23);
  const mantissa = (magnitude & 0x7f_ffff) | 0x80_0000;
  const kept = mantissa >>> shift;
  const rest = mantissa - kept * 2 ** shift;
  const tie = 2 ** (shift - 1);
  return sign | (kept + (rest > tie || (rest === tie && kept % 2 === 1) ? 1 : 0));
}
