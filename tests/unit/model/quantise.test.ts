import assert from 'node:assert/strict';
import { packedShape, packLevels, packScales, quantiseMatrix, type QuantisedBits, type QuantisedMatrix } from '@eyegazer/model';
import { assertClose } from '../../close.js';
import { normals } from './op-cases.js';

/** A packed matrix read by the operator's documentation: blocks along each row of W, zero at the middle level. Shape: -> [N, K]. */
function dequantise(levels: Uint8Array, scales: Float32Array, { N, K, bits, block }: { N: number; K: number; bits: QuantisedBits; block: number }): Float32Array {
  const blocks = Math.ceil(K / block);
  return Float32Array.from({ length: N * K }, (_, i) => {
    const [n, k] = [Math.floor(i / K), i % K];
    const element = n * blocks * block + k;
    const level = bits === 8 ? levels[element]! : (levels[element >> 1]! >> (4 * (element % 2))) & 15;
    return scales[n * blocks + Math.floor(k / block)]! * (level - 2 ** (bits - 1));
  });
}

function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
}

function unpack(quantised: QuantisedMatrix, transposed: boolean, factor = 1): Float32Array {
  const { rows, columns, bits, block } = quantised;
  const [N, K] = transposed ? [columns, rows] : [rows, columns];
  return dequantise(packLevels(quantised, transposed), packScales(quantised, { transposed, factor }), { N, K, bits, block });
}

const sizes: readonly { rows: number; columns: number; block: number }[] = [
  { rows: 64, columns: 32, block: 16 },
  { rows: 32, columns: 32, block: 32 },
  { rows: 20, columns: 37, block: 16 },
  { rows: 9, columns: 5, block: 16 },
];

for (const bits of [8, 4] as const) {
  describe(`a matrix in ${bits} bits`, () => {
    for (const { rows, columns, block } of sizes) {
      const { data } = normals('quantise', [rows, columns], 0.05);
      const quantised = quantiseMatrix(data, { rows, columns, bits, block });

      it(`of ${rows} x ${columns} in tiles of ${block} holds the very same numbers as its transposed copy`, () => {
        assert.deepEqual(unpack(quantised, true), transpose(unpack(quantised, false), rows, columns));
      });

      it(`of ${rows} x ${columns} in tiles of ${block} has the packed shapes that a graph declares`, () => {
        for (const transposed of [false, true]) {
          const form = { bits, block, matrix: [rows, columns], transposed } as const;
          const size = (kind: 'levels' | 'scales'): number => packedShape({ ...form, kind }).reduce((product, length) => product * length, 1);
          assert.equal(packLevels(quantised, transposed).length, size('levels'));
          assert.equal(packScales(quantised, { transposed, factor: 1 }).length, size('scales'));
        }
      });
    }

    it('is off by half a level at most where it is not cut, in a tile of uniform numbers', () => {
      const data = Float32Array.from({ length: 256 }, (_, i) => ((i * 89) % 256) / 128 - 1);
      const quantised = quantiseMatrix(data, { rows: 16, columns: 16, bits, block: 16 });
      const half = Math.abs(quantised.scales[0]!) / 2;
      assert.ok(half < 1.01 / 2 ** bits, `half a level is ${half}`);
      assertClose(unpack(quantised, false).slice(1), data.slice(1), { rtol: 1e-6, atol: half * (bits === 8 ? 1 : 3) }, 'numbers');
    });

    it('keeps the largest number of each tile, of either sign, in 8 bits; zeros in both', () => {
      for (const sign of [1, -1]) {
        const data = normals('largest', [16, 16], 0.01).data;
        data[100] = sign;
        data[7] = 0;
        const values = unpack(quantiseMatrix(data, { rows: 16, columns: 16, bits, block: 16 }), false);
        assert.equal(Math.abs(values[7]!), 0);
        if (bits === 8) assert.equal(values[100], sign);
      }
      assert.deepEqual(unpack(quantiseMatrix(new Float32Array(256), { rows: 16, columns: 16, bits, block: 16 }), true), new Float32Array(256));
    });

    it('draws a factor into the scales', () => {
      const { data } = normals('factor', [16, 32], 0.05);
      const quantised = quantiseMatrix(data, { rows: 16, columns: 32, bits, block: 16 });
      assertClose(unpack(quantised, false, 0.125), unpack(quantised, false).map((value) => value / 8), { rtol: 1e-6, atol: 0 }, 'numbers');
    });
  });
}

describe('the scales of a matrix in 4 bits', () => {
  it('leave a tenth less error than those that reach the largest number', () => {
    const { data } = normals('search', [64, 64], 0.05);
    const error = (values: Float32Array): number => values.reduce((sum, value, i) => sum + (value - data[i]!) ** 2, 0);
    const found = error(unpack(quantiseMatrix(data, { rows: 64, columns: 64, bits: 4, block: 16 }), false));
    const reaching = new Float32Array(data.length);
    for (let tile = 0; tile < 16; tile++) {
      const indices = Array.from({ length: 256 }, (_, i) => (Math.floor(tile / 4) * 16 + (i >> 4)) * 64 + (tile % 4) * 16 + (i % 16));
      const scale = Math.max(...indices.map((i) => Math.abs(data[i]!))) / 7;
      for (const i of indices) reaching[i] = Math.round(data[i]! / scale) * scale;
    }
    assert.ok(found < 0.9 * error(reaching), `${found} against ${error(reaching)}`);
  });
});
