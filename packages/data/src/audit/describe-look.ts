import type { RgbImage } from '@eyegazer/formats';

const channels = ['red', 'green', 'blue'] as const;
const quantiles = [0.05, 0.25, 0.5, 0.75, 0.95] as const;
/** Brightness up to which a pixel counts as the black around the disc. */
const nearBlack = 16;
/** A row or column belongs to the disc from this share of lit pixels on. */
const litShare = 0.02;

export type LookPart = 'colour' | 'border' | 'size';

/** What the numbers of a look are, in their order. Colours are of the pixels that are not near black. */
export const lookFeatures: readonly { readonly name: string; readonly part: LookPart }[] = [
  ...channels.flatMap((channel) =>
    ['mean', 'deviation', ...quantiles.map((share) => `quantile${share * 100}`)].map((name) => ({ name: `${channel}.${name}`, part: 'colour' as const })),
  ),
  ...['black', 'left', 'right', 'top', 'bottom', 'asymmetryAcross', 'asymmetryDown', 'filled', 'edges'].map((name) => ({ name, part: 'border' as const })),
  ...['width', 'height', 'aspect', 'megapixels'].map((name) => ({ name, part: 'size' as const })),
];

/**
 * Colour, border and size of an image as numbers: what a camera leaves in it, whatever is seen on it.
 * @param pixels of the image, or a regular part of them
 * @param size of the image itself
 */
export function describeLook(pixels: RgbImage, size: { width: number; height: number }): number[] {
  const { data, width, height } = pixels;
  const lit = channels.map(() => new Uint32Array(256));
  const all = channels.map(() => new Uint32Array(256));
  const litInRow = new Uint32Array(height);
  const litInColumn = new Uint32Array(width);
  const [litRed, litGreen, litBlue] = lit as [Uint32Array, Uint32Array, Uint32Array];
  let litCount = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
      if (0.299 * red + 0.587 * green + 0.114 * blue <= nearBlack) continue;
      litRed[red]!++;
      litGreen[green]!++;
      litBlue[blue]!++;
      litInRow[y]!++;
      litInColumn[x]!++;
      litCount++;
    }
  }
  if (litCount === 0) data.forEach((value, i) => all[i % 3]![value]!++);
  const look = [
    ...(litCount === 0 ? all : lit).flatMap(describeHistogram),
    ...describeBorder({ litInRow, litInColumn, litCount }),
    size.width,
    size.height,
    size.width / size.height,
    (size.width * size.height) / 1e6,
  ];
  return look.map((value) => Number(value.toPrecision(6)));
}

/** Mean, standard deviation and quantiles of a histogram of 8-bit values. */
function describeHistogram(counts: Uint32Array): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, value) => sum + count * value, 0) / total;
  const variance = counts.reduce((sum, count, value) => sum + count * (value - mean) ** 2, 0) / total;
  const found = quantiles.map((share) => {
    let seen = 0;
    return counts.findIndex((count) => (seen += count) >= share * total);
  });
  return [mean, Math.sqrt(variance), ...found];
}

/** Share of near-black pixels, margins around the disc, how unequal they are, how much of the disc's box is lit, and how much of the picture's edges. */
function describeBorder({ litInRow, litInColumn, litCount }: { litInRow: Uint32Array; litInColumn: Uint32Array; litCount: number }): number[] {
  const [width, height] = [litInColumn.length, litInRow.length];
  const across = findExtent(litInColumn, height);
  const down = findExtent(litInRow, width);
  const box = across.extent * down.extent * width * height;
  const edges = [litInRow[0]!, litInRow.at(-1)!].map((lit) => lit / width).concat([litInColumn[0]!, litInColumn.at(-1)!].map((lit) => lit / height));
  return [
    1 - litCount / (width * height),
    across.before,
    across.after,
    down.before,
    down.after,
    across.before - across.after,
    down.before - down.after,
    box === 0 ? 0 : Math.min(1, litCount / box),
    edges.reduce((sum, share) => sum + share, 0) / edges.length,
  ];
}

/** Shares of a side that lie before, in and after the lit part. */
function findExtent(lit: Uint32Array, across: number): { before: number; extent: number; after: number } {
  const first = lit.findIndex((count) => count >= litShare * across && count > 0);
  if (first < 0) return { before: 1, extent: 0, after: 1 };
  const last = lit.findLastIndex((count) => count >= litShare * across && count > 0);
  return { before: first / lit.length, extent: (last - first + 1) / lit.length, after: (lit.length - 1 - last) / lit.length };
}
