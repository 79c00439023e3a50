import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fitImage, parsePreprocessorConfig } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';

interface Fixture {
  images: Record<string, { width: number; height: number; rgb: string }>;
  cases: { image: string; config: { image_processor_type: string; size: object; crop_size?: object }; width: number; height: number; rgb: string }[];
}

const fixture = JSON.parse(readFileSync(fixturePath('center-crop.json'), 'utf8')) as Fixture;

describe('fitImage', () => {
  for (const { image: name, config, width, height, rgb } of fixture.cases) {
    it(`equals Hugging Face's PIL processors byte for byte: ${name}, ${config.image_processor_type} ${JSON.stringify(config.size)} crop ${JSON.stringify(config.crop_size ?? null)}`, () => {
      const source = fixture.images[name]!;
      const out = fitImage({ ...source, data: new Uint8Array(Buffer.from(source.rgb, 'base64')) }, parsePreprocessorConfig(config, 'p.json'));
      assert.deepEqual([out.width, out.height], [width, height]);
      assert.equal(Buffer.from(out.data).toString('base64'), rgb);
    });
  }
});
