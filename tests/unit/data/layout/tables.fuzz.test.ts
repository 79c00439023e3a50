import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { AppError, type Columns } from '@eyegazer/core';
import { readLayout } from '@eyegazer/data';
import { fixturePath } from '../../../fixture-path.js';
import { createRandom, fuzzSeed, mutateBytes, type Random } from '../../../mutate.js';
import { createMemorySource } from './memory-source.js';

const expectedCodes = new Set(['BAD_FILE', 'BAD_DATASET', 'TOO_LARGE', 'NOT_FOUND']);
const images = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`train_images/i${i}.png`, 'x']));
const parquet = fixturePath('parquet');
const labelled = readFileSync(`${parquet}/labelled.parquet`);
const parquetFiles = [labelled, ...readdirSync(parquet).filter((name) => name.startsWith('table-')).map((name) => readFileSync(`${parquet}/${name}`))];

/** Changes in place, where sizes and counts are: in the footer, and in the headers that lie anywhere; sometimes others. */
function mutateParquet(original: Uint8Array, random: Random): Buffer {
  const { below, next } = random;
  if (next() < 0.1) return mutateBytes(original, random, original.length);
  const bytes = Buffer.from(original);
  const footer = bytes.readUInt32LE(bytes.length - 8);
  for (let n = 1 + below(3); n > 0; n--) {
    const at = next() < 0.5 ? bytes.length - 8 - footer + below(footer) : below(bytes.length - 5);
    switch (below(4)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes.set([0xff, 0xff, 0xff, 0xff, 0x0f].slice(below(5)), at); // the largest number of each length
        break;
      case 2:
        bytes[at] = (bytes[at]! ^ (1 << below(8))) & 0xff;
        break;
      default:
        bytes.fill(0, at, at + below(9));
    }
  }
  return bytes;
}

/** Reads everything that can be read of it. */
async function readWhole(path: string, bytes: Uint8Array, columns: Columns): Promise<'read' | 'refused'> {
  const found = await readLayout(createMemorySource({ ...(path.endsWith('.parquet') ? {} : images), [path]: bytes }), { columns });
  let refused = 0;
  for (const { read } of found.images) {
    await read().catch((error: unknown) => {
      assertExpected(error);
      refused++;
    });
  }
  await found.close?.();
  return refused === 0 ? 'read' : 'refused';
}

function assertExpected(error: unknown): void {
  if (error instanceof AppError && expectedCodes.has(error.code) && error.message !== '') return;
  throw error;
}

describe(`tables with bytes changed at random (FUZZ_SEED=${fuzzSeed})`, function () {
  this.timeout(180_000);
  const random = createRandom(fuzzSeed);
  const unhandled: unknown[] = [];
  const note = (reason: unknown): unknown => unhandled.push(reason);
  before(() => process.on('unhandledRejection', note));
  after(() => process.off('unhandledRejection', note));

  async function run(count: number, draw: () => [path: string, bytes: Uint8Array, columns?: Columns]): Promise<void> {
    const before = process.resourceUsage().maxRSS;
    const outcomes = { read: 0, refused: 0 };
    for (let i = 0; i < count; i++) {
      const [path, bytes, columns = {}] = draw();
      try {
        outcomes[await readWhole(path, bytes, columns)]++;
      } catch (error) {
        if (!(error instanceof AppError && expectedCodes.has(error.code))) throw new Error(`case ${i}: ${path} of ${Buffer.from(bytes).toString('base64')}`, { cause: error });
        outcomes.refused++;
      }
    }
    assert.deepEqual(unhandled, []);
    assert.ok(outcomes.read > count / 50 && outcomes.refused > count / 50, JSON.stringify(outcomes));
    const grown = (process.resourceUsage().maxRSS - before) / 1024;
    assert.ok(grown < 800, `memory grew by ${grown} MiB`);
  }

  it('1,000 CSV files are read or refused, and nothing else', async () => {
    const rows = Array.from({ length: 6 }, (_, i) => `train_images/i${i}.png,${i % 3},"Dr. ""X"", 3"`);
    const original = Buffer.from(`\uFEFFfile_name,label,who\r\n${rows.join('\r\n')}\r\n`);
    const aptos = Buffer.from(`id_code,diagnosis\n${rows.map((_, i) => `i${i},${i % 3}.0\n`).join('')}`);
    await run(1000, () => (random.below(2) === 0 ? ['metadata.csv', mutateBytes(original, random, original.length)] : ['train.csv', mutateBytes(aptos, random, aptos.length)]));
  });

  it('700 JSON Lines files are read or refused, and nothing else', async () => {
    const original = Buffer.from(Array.from({ length: 6 }, (_, i) => `${JSON.stringify({ file_name: `train_images/i${i}.png`, label: i / 2, more: { a: [1, null, 'é'] } })}\n`).join(''));
    await run(700, () => ['metadata.jsonl', mutateBytes(original, random, original.length)]);
  });

  it('1,600 parquet files are read or refused, and nothing else', async () => {
    await run(1600, () => {
      const file = random.pick(parquetFiles);
      const labels = ['small', 'large', 'unsigned', 'single', 'double', 'flag'].map((label) => ({ label, group: 'text' }));
      return ['train.parquet', mutateParquet(file, random), file === labelled ? {} : random.pick(labels)];
    });
  });
});
