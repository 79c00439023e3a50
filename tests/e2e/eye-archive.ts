import sharp from 'sharp';
import { createZip, type ZipPart } from '../fixtures/zip-archive.js';

const size = 160;

/** Squares of random grey under noise: no two pictures look alike, and each takes tens of kilobytes. */
async function drawNoise(seed: number, level: number): Promise<Buffer> {
  let state = (seed + 1) * 2_654_435_761;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const squares = Array.from({ length: 64 }, () => 110 * next());
  const pixels = Buffer.alloc(size * size * 3);
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [Math.floor(i / 3) % size, Math.floor(i / 3 / size)];
    pixels[i] = level + 50 * next() + (squares[8 * Math.floor((8 * y) / size) + Math.floor((8 * x) / size)] ?? 0);
  }
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();
}

/** Images of each grade, without what is planted. */
export const gradeCounts = [20, 14, 12, 10];

/**
 * Grades 0 to 3 as class folders in a zip file of some 4 MB, enough of them for the shortcut probe: beside `gradeCounts` images it holds one image of grade 0 once more
 * (`copy`), one of grade 1 once more under grade 2 (`conflict`), a black one of grade 3 (`black`), and a broken one.
 */
export async function createEyeArchive(): Promise<Buffer> {
  const parts: ZipPart[] = [];
  const drawn: Buffer[][] = [];
  for (const [grade, count] of gradeCounts.entries()) {
    const images: Buffer[] = [];
    for (let i = 0; i < count; i++) images.push(await drawNoise(100 * grade + i, 30 + 8 * (i % 5)));
    drawn.push(images);
    for (const [i, bytes] of images.entries()) parts.push({ name: `eyes/${grade}/g${grade}-${String(i).padStart(2, '0')}.png`, bytes });
  }
  const black = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#000000' } }).png().toBuffer();
  parts.push({ name: 'eyes/0/copy.png', bytes: drawn[0]?.[0] ?? Buffer.alloc(0) });
  parts.push({ name: 'eyes/2/conflict.png', bytes: drawn[1]?.[0] ?? Buffer.alloc(0) });
  parts.push({ name: 'eyes/3/black.png', bytes: black });
  parts.push({ name: 'eyes/1/broken.png', bytes: Buffer.from('<html>not an image</html>') });
  return createZip(parts);
}
