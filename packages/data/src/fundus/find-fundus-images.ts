import sharp from 'sharp';
import { createRandomKey, randomUint32, randomUniform } from '@eyegazer/core';
import type { FoundDataset } from '../layout/found-dataset.js';
import { drawFundus } from './draw-fundus.js';
import { fundusGrades, type FundusGrade } from './lesion-kinds.js';

export type GradeCounts = readonly [number, number, number, number, number];

export interface FundusSetOptions {
  readonly seed?: number;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly format?: 'png' | 'jpeg';
  /** Images of each grade, 0 to 4. */
  readonly classCounts?: GradeCounts;
  /** Images that come a second time, in another file but with the same pixels and the same grade. */
  readonly duplicates?: number;
  /** Images that come a second time with another grade. */
  readonly conflicts?: number;
}

/** One image of a procedural set. */
export interface FundusSetImage {
  readonly id: string;
  /** What it is labelled as. */
  readonly label: FundusGrade;
  /** What is drawn; another grade than the label where a conflict was planted. */
  readonly grade: FundusGrade;
  readonly index: number;
  /** The id of the image that this one has the pixels of. */
  readonly copyOf: string | null;
}

/** Uneven, as real screening data is, but no grade is rare. */
const defaultClassCounts: GradeCounts = [120, 60, 90, 60, 70];

/** Lists a set by id: grades in a seeded order, copies last, no image copied twice. */
export function planFundusImages({ seed = 42, classCounts = defaultClassCounts, duplicates = 0, conflicts = 0 }: FundusSetOptions): FundusSetImage[] {
  const originals = orderGrades(classCounts, seed).map((grade, index): FundusSetImage => ({ id: idOf(index), label: grade, grade, index, copyOf: null }));
  if (duplicates + conflicts > originals.length) throw new RangeError(`Expected at most as many copies as images, got ${duplicates + conflicts} copies of ${originals.length} images.`);
  const key = createRandomKey(seed, 'fundus-copies');
  const copies = shuffle(originals, key).slice(0, duplicates + conflicts).map((original, i): FundusSetImage => {
    const other = fundusGrades.filter((grade) => grade !== original.grade);
    const label = i < duplicates ? original.grade : other[randomUint32(key, originals.length + i) % other.length]!;
    return { ...original, id: idOf(originals.length + i), label, copyOf: original.id };
  });
  return [...originals, ...copies];
}

/** A labelled set of procedural fundus photographs, drawn as they are read. The same options give the same bytes. */
export function findFundusImages(options: FundusSetOptions): FoundDataset {
  const highest = Math.max(...(options.classCounts ?? defaultClassCounts).map((count, grade) => (count > 0 ? grade : 0)));
  return {
    layout: 'procedural-fundus',
    labels: fundusGrades.slice(0, highest + 1).map(String),
    numeric: true,
    images: planFundusImages(options).map((image) => ({ id: image.id, name: image.id, label: image.label, split: null, group: null, read: () => encodeFundus(image, options) })),
    problems: [],
  };
}

/** Draws and encodes one image of a set. A copy has other bytes than its original, and the same pixels. */
export async function encodeFundus({ grade, index, copyOf }: FundusSetImage, { seed = 42, width = 96, height = width, format = 'png' }: FundusSetOptions): Promise<Uint8Array> {
  const { data } = drawFundus({ grade, seed, index, width, height });
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  const isCopy = copyOf !== null;
  return format === 'png' ? image.png({ compressionLevel: isCopy ? 4 : 6 }).toBuffer() : image.jpeg({ quality: 92, progressive: isCopy }).toBuffer();
}

function idOf(index: number): string {
  return `fundus-${String(index).padStart(6, '0')}`;
}

/** Every grade as often as wanted, shuffled. */
function orderGrades(classCounts: GradeCounts, seed: number): FundusGrade[] {
  return shuffle(fundusGrades.flatMap((grade) => Array<FundusGrade>(classCounts[grade]).fill(grade)), createRandomKey(seed, 'fundus-order'));
}

function shuffle<T>(items: readonly T[], key: ReturnType<typeof createRandomKey>): T[] {
  return items
    .map((item, i) => ({ item, rank: randomUniform(key, i) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
