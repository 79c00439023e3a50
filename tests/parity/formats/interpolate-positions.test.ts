import { readFileSync } from 'node:fs';
import { interpolatePositions } from '@eyegazer/formats';
import { assertClose } from '../../close.js';
import { fixturePath } from '../../fixture-path.js';

interface Fixture {
  hidden_size: number;
  prefix: number;
  cases: { grid: number; target: number; antialias: boolean; expected: number[] }[];
}

const { hidden_size: hiddenSize, prefix: numPrefix, cases } = JSON.parse(readFileSync(fixturePath('positions.json'), 'utf8')) as Fixture;

describe('interpolatePositions', () => {
  for (const { grid, target, antialias, expected } of cases) {
    it(`equals torch: ${grid} x ${grid} patches to ${target} x ${target}${antialias ? ', antialiased' : ''}`, () => {
      const stored = Float32Array.from({ length: (numPrefix + grid * grid) * hiddenSize }, (_, i) => ((i * 7919) % 1009) / 504.5 - 1);
      const out = interpolatePositions(stored, { numPrefix, from: grid, to: target, hiddenSize, antialias });
      assertClose(out, expected, { rtol: 1e-6, atol: 1e-7 }, 'positions');
    });
  }
});
