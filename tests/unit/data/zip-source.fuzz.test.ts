import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { AppError } from '@eyegazer/core';
import { createZip, withZip64 } from '../../fixtures/zip-archive.js';
import { createRandom, fuzzSeed, mutateBytes, type Random } from '../../mutate.js';
import { readEveryWay, useSourceFolder } from './source-world.js';

const cases = 1700;
/** What the fields of headers take: sizes, offsets, counts, flags. */
const oddNumbers = [0, 1, 2, 8, 0x7f, 0xff, 0x800, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

describe(`fuzz of zip archives, FUZZ_SEED=${fuzzSeed}`, function () {
  this.timeout(120_000);
  const world = useSourceFolder();

  it(`${cases} damaged archives are read or refused in words: nothing crashes, hangs, or leaves a file`, async () => {
    const random = createRandom(fuzzSeed);
    const originals = [
      createZip([{ name: 'train.csv', bytes: Buffer.from('id_code,diagnosis\na,0\n'), isDeflated: true }, { name: 'train_images/' }, { name: 'train_images/a.png', bytes: randomBytes(120) }]),
      createZip([{ name: 'top/a.csv', bytes: Buffer.from('x'.repeat(3000)), isDeflated: true }, { name: 'top/b.parquet', bytes: randomBytes(500), isDeflated: true }, { name: 'top/ä.png', bytes: randomBytes(10) }, { name: 'top/empty' }]),
      withZip64(createZip([{ name: 'a.csv', bytes: Buffer.from('a,b\n') }])),
    ];
    const seen = { read: 0, damaged: 0, refused: 0 };
    for (let n = 0; n < cases; n++) {
      const original = random.pick(originals);
      const bytes = random.below(2) === 0 ? mutateNumbers(original, random) : mutateBytes(original, random, original.byteLength);
      seen[await tryIt(bytes)] += 1;
    }
    assert.deepEqual(readdirSync(world.workFolder), []);
    assert.deepEqual(readdirSync(world.path).sort(), ['eyes.zip', 'work']);
    // It went past the front door often enough to mean something.
    for (const [what, count] of Object.entries(seen)) assert.ok(count > cases / 100, `${what}: ${count}`);
  });

  async function tryIt(bytes: Buffer): Promise<'read' | 'damaged' | 'refused'> {
    const source = await world.openZip(bytes).catch(assertRefusal);
    if (!source) return 'refused';
    try {
      let isWhole = true;
      for (const { path, byteLength } of source.files) {
        const read: Buffer[] | undefined = await readEveryWay(source, path).catch(assertRefusal);
        if (read) for (const one of read) assert.equal(one.byteLength, byteLength);
        else isWhole = false;
      }
      return isWhole ? 'read' : 'damaged';
    } finally {
      await source.close();
    }
  }
});

function assertRefusal(error: unknown): undefined {
  assert.ok(error instanceof AppError, error instanceof Error ? error.stack : String(error));
  assert.ok(['BAD_FILE', 'BAD_DATASET', 'UNSUPPORTED', 'TOO_LARGE'].includes(error.code), `${error.code}: ${error.message}`);
  assert.ok(error.message.length < 1000);
}

/** One to three fields become odd numbers: four of five in the directory, whose numbers all the rest follows from. */
function mutateNumbers(original: Buffer, { below, pick }: Random): Buffer {
  const bytes = Buffer.from(original);
  const directory = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  for (let n = 1 + below(3); n > 0; n--) {
    const at = below(5) > 0 ? directory + below(bytes.byteLength - directory - 4) : below(bytes.byteLength - 4);
    if (below(2) === 0) bytes.writeUInt16LE(pick(oddNumbers) & 0xffff, at);
    else bytes.writeUInt32LE(pick(oddNumbers), at);
  }
  return bytes;
}
