import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AppError } from '@eyegazer/core';
import { decodeImage, renderThumbnail } from '@eyegazer/data';
import sharp from 'sharp';

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/decoded-images.json', import.meta.url), 'utf8')) as {
  files: { name: string; file: string; width: number; height: number; rgb: string }[];
};
const fileOf = (name: string): Buffer => Buffer.from(fixture.files.find((file) => file.name === name)!.file, 'base64');

describe('decodeImage', () => {
  for (const { name, file, width, height, rgb } of fixture.files) {
    it(`equals Pillow byte for byte: ${name}`, async () => {
      const image = await decodeImage(Buffer.from(file, 'base64'));
      assert.deepEqual([image.width, image.height], [width, height]);
      assert.equal(Buffer.from(image.data).toString('base64'), rgb);
    });
  }

  const refuses = (bytes: Uint8Array, message: RegExp): Promise<void> =>
    assert.rejects(decodeImage(bytes), (error) => error instanceof AppError && error.code === 'BAD_FILE' && message.test(error.message));

  it('refuses what is cut off or damaged', async () => {
    for (const name of ['png rgb', 'jpeg 4:2:0', 'webp lossless', 'tiff']) {
      const bytes = fileOf(name);
      await refuses(bytes.subarray(0, Math.floor(bytes.length * 0.7)), /Expected a whole image, but decoding it failed/);
    }
    const damaged = Buffer.from(fileOf('png rgb'));
    damaged[damaged.length - 100]! ^= 0xff; // inside the pixels: the chunk's checksum no longer fits
    await refuses(damaged, /decoding it failed/);
  });

  it('refuses by content, before any decoder sees it', async () => {
    await refuses(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), /got a file that begins with "<svg xmlns=/);
    await refuses(await sharp(fileOf('png rgb')).gif().toBuffer(), /got a file that begins with "GIF8/);
    await refuses(new Uint8Array(0), /got an empty file/);
  });

  it('refuses a small file of too many pixels', async () => {
    const bomb = await sharp({ create: { width: 11_000, height: 10_000, channels: 3, background: 'black' } }).png().toBuffer();
    await refuses(bomb, /at most 100 megapixels/);
  });
});

describe('renderThumbnail', () => {
  it('scales down to a WebP that keeps the aspect, turned as EXIF says, and never up', async () => {
    const sizeOf = async (bytes: Uint8Array): Promise<(string | number | undefined)[]> => {
      const { format, width, height } = await sharp(bytes).metadata();
      return [format, width, height];
    };
    assert.deepEqual(await sizeOf(await renderThumbnail(fileOf('png rgb'), 12)), ['webp', 12, 8]);
    assert.deepEqual(await sizeOf(await renderThumbnail(fileOf('jpeg turned by EXIF'), 12)), ['webp', 8, 12]);
    assert.deepEqual(await sizeOf(await renderThumbnail(fileOf('png rgb'), 400)), ['webp', 21, 14]);
    await assert.rejects(renderThumbnail(Buffer.from('no image'), 12), { code: 'BAD_FILE' });
  });

  it('shows every image that an import takes, such as a JPEG with stray bytes between its parts', async () => {
    const jpeg = await sharp({ create: { width: 16, height: 16, channels: 3, background: 'red' } }).jpeg().toBuffer();
    const afterFirstPart = 4 + jpeg.readUInt16BE(4);
    const dirty = Buffer.concat([jpeg.subarray(0, afterFirstPart), Buffer.from([1, 2, 3]), jpeg.subarray(afterFirstPart)]);
    assert.equal((await decodeImage(dirty)).width, 16);
    assert.equal((await sharp(await renderThumbnail(dirty, 12)).metadata()).width, 12);
  });
});
