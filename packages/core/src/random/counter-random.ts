/**
 * Counter-based random numbers: a pure function of (key, counter), so a value can be asked for again in any order, in any
 * process, for any split of the work. Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011). Not for secrets.
 */

/** Two 32-bit words; made by `createRandomKey`. */
export type RandomKey = readonly [number, number];

const parity = 0x1bd11bda;

/**
 * The Threefry-2x32-20 block function.
 * @returns two uint32 words
 */
export function threefry2x32(key: RandomKey, counter0: number, counter1: number): [number, number] {
  const k0 = key[0] | 0;
  const k1 = key[1] | 0;
  const k2 = k0 ^ k1 ^ parity;
  let x = (counter0 + k0) | 0;
  let y = (counter1 + k1) | 0;
  x = (x + y) | 0; y = ((y << 13) | (y >>> 19)) ^ x;
  x = (x + y) | 0; y = ((y << 15) | (y >>> 17)) ^ x;
  x = (x + y) | 0; y = ((y << 26) | (y >>> 6)) ^ x;
  x = (x + y) | 0; y = ((y << 6) | (y >>> 26)) ^ x;
  x = (x + k1) | 0; y = (y + k2 + 1) | 0;
  x = (x + y) | 0; y = ((y << 17) | (y >>> 15)) ^ x;
  x = (x + y) | 0; y = ((y << 29) | (y >>> 3)) ^ x;
  x = (x + y) | 0; y = ((y << 16) | (y >>> 16)) ^ x;
  x = (x + y) | 0; y = ((y << 24) | (y >>> 8)) ^ x;
  x = (x + k2) | 0; y = (y + k0 + 2) | 0;
  x = (x + y) | 0; y = ((y << 13) | (y >>> 19)) ^ x;
  x = (x + y) | 0; y = ((y << 15) | (y >>> 17)) ^ x;
  x = (x + y) | 0; y = ((y << 26) | (y >>> 6)) ^ x;
  x = (x + y) | 0; y = ((y << 6) | (y >>> 26)) ^ x;
  x = (x + k0) | 0; y = (y + k1 + 3) | 0;
  x = (x + y) | 0; y = ((y << 17) | (y >>> 15)) ^ x;
  x = (x + y) | 0; y = ((y << 29) | (y >>> 3)) ^ x;
  x = (x + y) | 0; y = ((y << 16) | (y >>> 16)) ^ x;
  x = (x + y) | 0; y = ((y << 24) | (y >>> 8)) ^ x;
  x = (x + k1) | 0; y = (y + k2 + 4) | 0;
  x = (x + y) | 0; y = ((y << 13) | (y >>> 19)) ^ x;
  x = (x + y) | 0; y = ((y << 15) | (y >>> 17)) ^ x;
  x = (x + y) | 0; y = ((y << 26) | (y >>> 6)) ^ x;
  x = (x + y) | 0; y = ((y << 6) | (y >>> 26)) ^ x;
  return [(x + k2) >>> 0, (y + k0 + 5) >>> 0];
}

/**
 * The key of one stream of random numbers: a seed and a path that says what the numbers are for, e.g.
 * `createRandomKey(seed, 'augment', epoch, sampleIndex)`. Streams of different paths are independent.
 * @param seed an integer from 0 to 2^53 - 1
 * @param path integers of that range, or names
 */
export function createRandomKey(seed: number, ...path: (number | string)[]): RandomKey {
  let key: RandomKey = words(seed);
  for (const part of path) {
    // The kind of a part goes into the key too: 'a' and the number its hash happens to be must differ.
    const [low, high] = typeof part === 'string' ? hashName(part) : words(part);
    const tag: RandomKey = [key[0] ^ (typeof part === 'string' ? 0x5bf03635 : 0), key[1]];
    key = threefry2x32(tag, low, high);
  }
  return key;
}

/** A whole number from 0 to 2^32 - 1. `counter` is an integer from 0 to 2^53 - 1. */
export function randomUint32(key: RandomKey, counter: number): number {
  return threefry2x32(key, counter >>> 0, (counter / 0x1_0000_0000) >>> 0)[0];
}

/** A number of [0, 1) with 53 random bits. */
export function randomUniform(key: RandomKey, counter: number): number {
  const [a, b] = threefry2x32(key, counter >>> 0, (counter / 0x1_0000_0000) >>> 0);
  return ((a >>> 5) * 0x400_0000 + (b >>> 6)) / 0x20_0000_0000_0000;
}

/** A number of the standard normal distribution (Box-Muller). */
export function randomNormal(key: RandomKey, counter: number): number {
  const [a, b] = threefry2x32(key, counter >>> 0, (counter / 0x1_0000_0000) >>> 0);
  const radius = Math.sqrt(-2 * Math.log((a + 1) / 0x1_0000_0000));
  return radius * Math.cos((2 * Math.PI * b) / 0x1_0000_0000);
}

function words(value: number): [number, number] {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`Expected a random seed or key to be an integer from 0 to 2^53 - 1, got ${value}.`);
  }
  return [value >>> 0, (value / 0x1_0000_0000) >>> 0];
}

/** FNV-1a over the UTF-16 units, twice with different offsets. */
function hashName(name: string): [number, number] {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) ^ (high >>> 15);
  }
  return [low >>> 0, high >>> 0];
}
