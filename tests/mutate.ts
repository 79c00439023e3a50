/** Seeded mutations of files, for tests that look for what breaks a reader. */

/** Printed with the test's name; FUZZ_SEED runs the same mutations again. */
export const fuzzSeed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);

export interface Random {
  /** Uniform in [0, 1). */
  next: () => number;
  /** A whole number from 0 to n - 1. */
  below: (n: number) => number;
  pick: <T>(values: readonly T[]) => T;
}

/** mulberry32 */
export function createRandom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return { next, below, pick: (values) => values[below(values.length)]! };
}

const jsonBytes = Buffer.from('0123456789-.e"[]{},:');

/** One to three changes: a byte, a byte that JSON cares for, an end cut off, bytes put in or taken out; four of five before `hot`. */
export function mutateBytes(original: Uint8Array, { next, below, pick }: Random, hot: number): Buffer {
  let bytes = Buffer.from(original);
  for (let n = 1 + below(3); n > 0 && bytes.length > 0; n--) {
    const at = (next() < 0.8 ? below(hot) : below(bytes.length)) % bytes.length;
    const kind = below(5);
    if (kind === 0) bytes[at] = below(256);
    else if (kind === 1) bytes[at] = pick([...jsonBytes]);
    else if (kind === 2) bytes = bytes.subarray(0, below(bytes.length + 1));
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(below(9), below(256)), bytes.subarray(at)]);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + below(9))]);
  }
  return bytes;
}

const oddValues: readonly (() => unknown)[] = [
  ...[null, true, false, 0, -1, 1, 2, 0.5, 1e-300, 1e308, 2 ** 31, 2 ** 53, -(2 ** 53), '', 'NaN', '../../etc/passwd', '__proto__', '\u0000', [], {}, [[]], [0, 0], [1, 1], [1e9, 1e9]].map((value) => (): unknown => structuredClone(value)),
  () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as unknown,
];

/** Slow to make and to show, so one in a hundred is enough. */
const hugeValues: readonly (() => unknown)[] = [
  () => 'x'.repeat(100_000),
  () => JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown,
  () => Array.from({ length: 10_000 }, (_, i) => i),
];

/** One to three changes in a JSON value: an entry takes an odd value, goes, or comes under an odd name. */
export function mutateJson(original: object, random: Random): unknown {
  const { below, pick } = random;
  const copy = structuredClone(original);
  const drawValue = (): unknown => pick(below(100) === 0 ? hugeValues : oddValues)();
  for (let n = 1 + below(3); n > 0; n--) {
    let at = copy as Record<string, unknown>;
    for (let keys = Object.keys(at); keys.length > 0; keys = Object.keys(at)) {
      const key = pick(keys);
      const inner = at[key];
      if (typeof inner === 'object' && inner !== null && below(3) > 0 && Object.keys(inner).length > 0 && Object.keys(inner).length < 1000) {
        at = inner as Record<string, unknown>;
        continue;
      }
      const kind = below(6);
      if (kind === 0) delete at[key];
      else if (kind === 1) Object.defineProperty(at, pick(['__proto__', 'constructor', 'toString', 'size', '']), { value: drawValue(), enumerable: true, configurable: true, writable: true });
      else at[key] = drawValue();
      break;
    }
  }
  return copy;
}
