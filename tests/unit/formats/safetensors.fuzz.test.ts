import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AppError } from '@eyegazer/core';
import { parseSafetensors } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';

const rounds = 4000;
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);

/** mulberry32: uniform in [0, 1). */
function createRandom(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe(`safetensors under mutation (FUZZ_SEED=${seed})`, () => {
  it(`either refuses with BAD_FILE or gives tensors that lie within the file, ${rounds} times`, () => {
    const original = readFileSync(fixturePath('golden/adapter_step3/adapter_model.safetensors'));
    const random = createRandom(seed);
    const below = (n: number): number => Math.floor(random() * n);
    const digits = Buffer.from('0123456789-.e"[]{},:');
    let refused = 0;
    for (let round = 0; round < rounds; round++) {
      let bytes = Buffer.from(original);
      for (let n = 1 + below(3); n > 0; n--) {
        const at = random() < 0.8 ? below(1304) : below(bytes.length); // mostly in length and header
        const kind = below(5);
        if (kind === 0) bytes[at % bytes.length] = below(256);
        else if (kind === 1) bytes[at % bytes.length] = digits[below(digits.length)]!;
        else if (kind === 2) bytes = bytes.subarray(0, below(bytes.length + 1));
        else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(below(9), below(256)), bytes.subarray(at)]);
        else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + below(9))]);
        if (bytes.length === 0) break;
      }
      try {
        const { tensors, readTensor } = parseSafetensors(bytes);
        let covered = 0;
        for (const [name, { dtype, shape, byteOffset, byteLength }] of tensors) {
          assert.ok(byteOffset >= 8 && byteOffset + byteLength <= bytes.length, `round ${round}: "${name}" leaves the file`);
          covered += byteLength;
          if (dtype === 'F32') assert.equal(readTensor(name).length, shape.reduce((p, s) => p * s, 1));
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
