import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { analyseImage, decodeImage, drawFundus, joinSimilarHashes, lookFeatures, nearDistance } from '@eyegazer/data';
import type { RgbImage } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';

interface Case {
  width: number;
  height: number;
  disc: boolean;
  /** Of the grey levels around the disc, 0 to 7 times as much. */
  step: number;
  pixels: string;
  hash: string;
  look: number[];
}

const { cases } = JSON.parse(readFileSync(fixturePath('image-analysis.json'), 'utf8')) as { cases: Case[] };

/** The images of tests/fixtures/scripts/make-image-analysis.py. */
function draw({ width, height, disc, step }: Case): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = !disc || (2 * x - width) ** 2 * 5 + (2 * y - height + 6) ** 2 * 4 <= 4 * Math.min(width, height) ** 2;
      for (let c = 0; c < 3; c++, i++) {
        const value = (Math.floor((x * 7) / 5) + Math.floor((y * y) / (height + 3)) + Math.floor((x * y) / 97) * (c + 1) + 40 * c + 60) % 200;
        data[i] = inside ? value + 40 : ((x + y) % 8) * step;
      }
    }
  }
  return { data, width, height };
}

function distance(a: string, b: string): number {
  const differing = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  return differing.toString(2).replaceAll('0', '').length;
}

function fill(width: number, height: number, value: (i: number) => number): RgbImage {
  return { data: Uint8Array.from({ length: width * height * 3 }, (_, i) => value(i)), width, height };
}

describe('analyseImage', () => {
  for (const expected of cases) {
    it(`gives numpy's hashes and look of ${expected.width} x ${expected.height} pixels${expected.disc ? ' with a disc' : ''}`, () => {
      const found = analyseImage(draw(expected));
      assert.equal(found.pixels, expected.pixels);
      assert.equal(found.hash, expected.hash);
      assert.equal(found.look.length, lookFeatures.length);
      for (const [i, value] of expected.look.entries()) {
        const name = lookFeatures[i]!.name;
        assert.ok(Math.abs(found.look[i]! - value) <= 1e-5 * Math.max(1, Math.abs(value)), `${name}: expected ${value}, got ${found.look[i]}`);
      }
    });
  }

  it('tells images of the same values and another size apart', () => {
    const data = new Uint8Array(6 * 4 * 3).fill(9);
    assert.notEqual(analyseImage({ data, width: 6, height: 4 }).pixels, analyseImage({ data, width: 4, height: 6 }).pixels);
  });

  it('finds copies of a photograph that were saved again, scaled or brightened, and never another eye', async () => {
    const eyes = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (index) => {
        const { data, width, height } = drawFundus({ seed: 7, index, grade: 2, width: 400, height: 300 });
        const image = sharp(data, { raw: { width, height, channels: 3 } });
        const copies = [image.clone().jpeg({ quality: 75 }), image.clone().resize(260, 195).png(), image.clone().resize(900).webp({ quality: 85 }), image.clone().linear(1.1, 0).png()];
        const decoded = await Promise.all(copies.map(async (copy) => decodeImage(await copy.toBuffer())));
        return [{ data, width, height }, ...decoded].map((own) => analyseImage(own).hash);
      }),
    );
    for (const [i, hashes] of eyes.entries()) {
      for (const copy of hashes) assert.ok(distance(hashes[0]!, copy) <= nearDistance, `a copy of eye ${i} differs in ${distance(hashes[0]!, copy)} bits`);
      for (const other of eyes.slice(0, i)) assert.ok(distance(hashes[0]!, other[0]!) > 1.5 * nearDistance, `two eyes differ in only ${distance(hashes[0]!, other[0]!)} bits`);
    }
    const { sets } = joinSimilarHashes(eyes.flat());
    assert.deepEqual(
      eyes.flat().map((_, i) => sets.rootOf(i)),
      eyes.flatMap((hashes, i) => hashes.map(() => i * hashes.length)),
    );
  });

  it('gives an image without any detail the hash of no bits, whatever its colour and size', () => {
    const none = '0'.repeat(64);
    assert.deepEqual([fill(97, 31, () => 77), fill(1, 1, () => 255), fill(640, 480, () => 0), fill(50, 70, (i) => [10, 200, 90][i % 3]!)].map((image) => analyseImage(image).hash), [none, none, none, none]);
  });

  it('gives finite numbers for one pixel and for a wholly black image', () => {
    for (const image of [fill(1, 1, () => 255), fill(3, 2, () => 0), fill(1, 900, (i) => i % 256)]) assert.ok(analyseImage(image).look.every(Number.isFinite));
  });
});
