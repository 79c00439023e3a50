import type { DatasetAudit, IndexedImage } from '@eyegazer/core';
import { lookFeatures } from './describe-look.js';

type OddImages = DatasetAudit['blank'];

const mostListed = 100;
/** Pixels of the shorter edge. */
const tinyEdge = 64;
/** Grey levels by which a picture of something varies, in some channel. */
const leastDeviation = 4;
/** Of the brighter pixels, in the brightest channel; and the share of the image that is not near black. */
const darkLevel = 48;
const leastLit = 0.05;

const indexOf = new Map(lookFeatures.map(({ name }, i) => [name, i]));
const channels = ['red', 'green', 'blue'] as const;

/** Images that can hardly teach anything: of one colour, of very few pixels, nearly black. An image can be more than one of them. */
export function findOddImages(images: readonly Pick<IndexedImage, 'id' | 'look' | 'width' | 'height'>[]): { blank: OddImages; tiny: OddImages; dark: OddImages } {
  const select = (isOdd: (image: (typeof images)[number]) => boolean): OddImages => {
    const ids = images.filter(isOdd).map(({ id }) => id);
    return { count: ids.length, ids: ids.slice(0, mostListed) };
  };
  return {
    blank: select(({ look }) => Math.max(...channels.map((channel) => valueOf(look, `${channel}.deviation`))) < leastDeviation),
    tiny: select(({ width, height }) => Math.min(width, height) < tinyEdge),
    dark: select(({ look }) => valueOf(look, 'black') > 1 - leastLit || Math.max(...channels.map((channel) => valueOf(look, `${channel}.quantile95`))) < darkLevel),
  };
}

function valueOf(look: readonly number[], name: string): number {
  return look[indexOf.get(name)!]!;
}
