/**
 * Joins hashes that differ in few bits, without comparing each with each (multi-index hashing: Norouzi, Punjani, Fleet, "Fast
 * exact search in Hamming space with multi-index hashing", 2014). Of two hashes that differ in at most 24 of 256 bits, at
 * least one of 13 chunks differs in at most one bit: whoever shares no such chunk is never compared.
 */
import { hashBits } from '../audit/perceptual-hash.js';
import { createDisjointSets, type DisjointSets } from './disjoint-sets.js';

/**
 * Bits in which images that are taken for near-duplicates differ at most. Of 961 photographs of eyes (APTOS, 224 px) the closest
 * two of different eyes differ in 50 bits, of 461,280 pairs. Copies of them are found: all of those saved as JPEG of quality
 * 90 or 75, scaled by 0.5 to 11, or made 10 % brighter or darker; 98.5 % of quality 50, 97 % of those made 25 % brighter
 * (which clips), 99 % of those scaled by 0.6, brightened and saved at 75.
 */
export const nearDistance = 24;

const chunkCount = 13; // nearDistance < 2 * chunkCount
const longestChunk = Math.ceil(hashBits / chunkCount);
const wordCount = hashBits / 32;

/** `chunkStarts[i]` is the first bit of chunk i: 9 chunks of 20 bits, 4 of 19. */
const chunkStarts = Array.from({ length: chunkCount + 1 }, (_, i) => Math.ceil((i * hashBits) / chunkCount));

export interface JoinedHashes {
  /** Sets of indices into the hashes. */
  readonly sets: DisjointSets;
  /** How often one of the hashes was held against another: what the search costs. */
  readonly compared: number;
}

/** @param hashes of `perceptualHash`; sets are connected by pairs within `nearDistance` */
export function joinSimilarHashes(hashes: readonly string[]): JoinedHashes {
  const sets = createDisjointSets(hashes.length);
  const firstOf = new Map<string, number>(); // equal hashes are joined here, compared once below
  hashes.forEach((hash, i) => {
    const first = firstOf.get(hash);
    if (first === undefined) firstOf.set(hash, i);
    else sets.join(first, i);
  });
  const members = [...firstOf.values()];
  const words = new Uint32Array(members.length * wordCount);
  members.forEach((member, m) => {
    for (let w = 0; w < wordCount; w++) words[m * wordCount + w] = Number.parseInt(hashes[member]!.slice(w * 8, w * 8 + 8), 16);
  });
  let compared = 0;
  // Of the members seen so far whose chunk reads so; `next` leads to the older ones, `skip` past those of the same set: walked one
  // by one, a hundred thousand pictures of one thing would take hours.
  const newest = new Int32Array(2 ** longestChunk);
  const next = new Int32Array(members.length);
  const skip = new Int32Array(members.length);
  for (let chunk = 0; chunk < chunkCount; chunk++) {
    const [start, bits] = [chunkStarts[chunk]!, chunkStarts[chunk + 1]! - chunkStarts[chunk]!];
    newest.fill(-1);
    for (let m = 0; m < members.length; m++) {
      const key = readBits(words, m * hashBits + start, bits);
      for (let flipped = -1; flipped < bits; flipped++) {
        let skipper = -1; // the first of those of m's set that are being passed
        for (let other = newest[flipped < 0 ? key : key ^ (1 << flipped)]!; other >= 0; ) {
          compared++;
          if (sets.rootOf(members[m]!) === sets.rootOf(members[other]!)) {
            if (skipper < 0) skipper = other;
            other = skip[skipper] = skip[other]!;
            continue;
          }
          skipper = -1;
          if (isNear(words, m, other)) sets.join(members[m]!, members[other]!);
          else other = next[other]!;
        }
      }
      next[m] = skip[m] = newest[key]!;
      newest[key] = m;
    }
  }
  return { sets, compared };
}

/** Up to 25 bits from a bit on; the first bit of a word is its highest. */
function readBits(words: Uint32Array, from: number, bits: number): number {
  const word = from >>> 5;
  const below = 64 - (from & 31) - bits; // bits of this word and the next one that come after
  const value = below >= 32 ? words[word]! >>> (below - 32) : (words[word]! << (32 - below)) | (words[word + 1]! >>> below);
  return value & (2 ** bits - 1);
}

function isNear(words: Uint32Array, a: number, b: number): boolean {
  let distance = 0;
  for (let w = 0; w < wordCount && distance <= nearDistance; w++) distance += countOnes(words[a * wordCount + w]! ^ words[b * wordCount + w]!);
  return distance <= nearDistance;
}

function countOnes(word: number): number {
  let sums = word - ((word >>> 1) & 0x5555_5555);
  sums = (sums & 0x3333_3333) + ((sums >>> 2) & 0x3333_3333);
  return Math.imul((sums + (sums >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
