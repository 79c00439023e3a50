import type { RgbImage } from '@eyegazer/formats';

const fewestPerSide = 384;

/** Every n-th pixel of every m-th row, at least 384 of each where there are so many: enough for statistics, cheap for 5 megapixels. */
export function thinImage({ data, width, height }: RgbImage): RgbImage {
  const across = Math.max(1, Math.floor(width / fewestPerSide));
  const down = Math.max(1, Math.floor(height / fewestPerSide));
  if (across === 1 && down === 1) return { data, width, height };
  const columns = Math.floor(width / across);
  const rows = Math.floor(height / down);
  const thinned = new Uint8Array(columns * rows * 3);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    let from = ((row * down + (down >> 1)) * width + (across >> 1)) * 3;
    for (let column = 0; column < columns; column++, from += across * 3) {
      thinned[to++] = data[from]!;
      thinned[to++] = data[from + 1]!;
      thinned[to++] = data[from + 2]!;
    }
  }
  return { data: thinned, width: columns, height: rows };
}
