import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { openSafetensors, parseSafetensors } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';
import { createRandom, fuzzSeed, mutateBytes } from '../../mutate.js';

const rounds = 10_000;

describe(`safetensors under mutation (FUZZ_SEED=${fuzzSeed})`, () => {
  it(`either refuses with BAD_FILE or gives tensors that lie within the file, ${rounds} times`, () => {
    const originals = [
      { bytes: readFileSync(fixturePath('golden/adapter_step3/adapter_model.safetensors')), hot: 1304 },
      { bytes: readFileSync(fixturePath('families/dinov2/model-00002-of-00003.safetensors')), hot: 1500 },
    ];
    const random = createRandom(fuzzSeed);
    let refused = 0;
    for (let round = 0; round < rounds; round++) {
      const original = originals[round % originals.length]!;
      const bytes = mutateBytes(original.bytes, random, original.hot); // mostly in length and header
      try {
        const { tensors, readTensor } = parseSafetensors(bytes);
        let covered = 0;
        for (const [name, { dtype, shape, byteOffset, byteLength }] of tensors) {
          assert.ok(byteOffset >= 8 && byteOffset + byteLength <= bytes.length, `round ${round}: "${name}" leaves the file`);
          covered += byteLength;
          if (dtype === 'F32' || dtype === 'F16') assert.equal(readTensor(name).length, shape.reduce((p, s) => p * s, 1));
        }
        assert.equal(covered, bytes.length - 8 - Number(bytes.readBigUInt64LE(0)), `round ${round}: bytes belong to no tensor`);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        assert.equal(error.code, 'BAD_FILE', `round ${round}`);
        refused++;
      }
    }
    assert.ok(refused > rounds / 2, `only ${refused} of ${rounds} mutations were refused`);
  });
});

describe('a safetensors file that announces more than it holds', () => {
  let dir: string;
  before(() => (dir = mkdtempSync(join(tmpdir(), 'eyegazer-bombs-'))));
  after(() => rmSync(dir, { recursive: true }));

  /** A file of this header, announced with this length, and so much data. */
  const fileOf = (header: string, { length = BigInt(Buffer.byteLength(header)), dataBytes = 0 } = {}): Buffer => {
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64LE(length);
    return Buffer.concat([prefix, Buffer.from(header), Buffer.alloc(dataBytes)]);
  };
  const tensor = (shape: string, offsets: string): string => `{"a":{"dtype":"F32","shape":${shape},"data_offsets":${offsets}}}`;
  const bombs: [claim: string, file: Buffer, expected: RegExp][] = [
    ['a header of 2^64 - 1 bytes', fileOf('{}', { length: 2n ** 64n - 1n }), /a header of at most 2 bytes, got a header length of 18446744073709551615/],
    ['a header of 99 MB', fileOf('{}', { length: 99_000_000n }), /a header of at most 2 bytes/],
    ['2^60 values', fileOf(tensor('[1073741824,1073741824]', '[0,16]'), { dataBytes: 16 }), /expected 4611686018427388000 bytes for F32/],
    ['more values than a number holds', fileOf(tensor('[9007199254740991,9007199254740991,9007199254740991]', '[0,16]'), { dataBytes: 16 }), /bytes for F32/],
    ['a million dimensions', fileOf(tensor(`[${Array(1_000_000).fill(2).join(',')}]`, '[0,16]'), { dataBytes: 16 }), /expected Infinity bytes for F32/],
    ['data of 2^50 bytes', fileOf(tensor('[281474976710656]', '[0,1125899906842624]'), { dataBytes: 16 }), /within the 16 bytes of data, got an end of 1125899906842624/],
    ['a shape nested 100,000 deep', fileOf(tensor(`${'['.repeat(100_000)}${']'.repeat(100_000)}`, '[0,16]'), { dataBytes: 16 }), /expected a shape of whole numbers/],
    ['metadata nested 100,000 deep', fileOf(`{"__metadata__":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`), /expected __metadata__\.a to be text/],
  ];
  for (const [claim, file, expected] of bombs) {
    it(`is refused before memory is taken for it: ${claim}`, async () => {
      const path = join(dir, 'bomb.safetensors');
      writeFileSync(path, file);
      const before = process.memoryUsage().arrayBuffers;
      await assert.rejects(openSafetensors(path), (error) => error instanceof AppError && error.code === 'BAD_FILE' && expected.test(error.message));
      const taken = process.memoryUsage().arrayBuffers - before;
      assert.ok(taken <= file.byteLength + 1024 * 1024, `took ${taken} bytes for a file of ${file.byteLength}`);
    });
  }

  it('gives an empty tensor, however large its other dimensions', async () => {
    const path = join(dir, 'empty.safetensors');
    writeFileSync(path, fileOf(tensor('[0,9007199254740991]', '[0,0]')));
    assert.equal((await (await openSafetensors(path)).readTensor('a')).length, 0);
  });
});
