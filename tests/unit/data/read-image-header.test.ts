import assert from 'node:assert/strict';
import sharp from 'sharp';
import { readImageHeader } from '@eyegazer/data';

const grey = sharp({ create: { width: 31, height: 17, channels: 3, background: '#808080' } });

describe('readImageHeader', () => {
  it('gives size and components of a JPEG, progressive or not, grey or of four inks, past a comment and fill bytes', async () => {
    const size = { width: 31, height: 17 };
    const plain = await grey.clone().jpeg().toBuffer();
    assert.deepEqual(readImageHeader(plain), { ...size, components: 3 });
    assert.deepEqual(readImageHeader(await grey.clone().jpeg({ progressive: true }).toBuffer()), { ...size, components: 3 });
    assert.deepEqual(readImageHeader(await grey.clone().toColourspace('b-w').jpeg().toBuffer()), { ...size, components: 1 });
    assert.deepEqual(readImageHeader(await grey.clone().toColourspace('cmyk').jpeg().toBuffer()), { ...size, components: 4 });
    // A comment that looks like a frame of one pixel, then fill bytes before the next marker.
    const comment = Buffer.from([0xff, 0xfe, 0x00, 0x0c, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x01, 0x00, 0x01, 0x01, 0xff, 0xff]);
    assert.deepEqual(readImageHeader(Buffer.concat([plain.subarray(0, 2), comment, plain.subarray(2)])), { ...size, components: 3 });
  });

  it('gives the size of a PNG, and nothing of other formats and of what is cut off', async () => {
    const png = await grey.clone().png().toBuffer();
    assert.deepEqual(readImageHeader(png), { width: 31, height: 17, components: null });
    assert.equal(readImageHeader(png.subarray(0, 20)), null);
    assert.equal(readImageHeader(await grey.clone().webp().toBuffer()), null);
    const jpeg = await grey.clone().jpeg().toBuffer();
    for (const length of [3, 4, 11, 30]) assert.equal(readImageHeader(jpeg.subarray(0, length)), null);
  });
});
