import { absorb, coverBlot, coverLine, createMask, eachPixel, paintMask, type Canvas, type Colour, type Mask } from './canvas.js';
import { createDice, type Dice } from './dice.js';
import { clamp01, toPixels, type Point } from './geometry.js';
import type { Lesion } from './plant-lesions.js';
import type { LesionKind } from './lesion-kinds.js';
import type { Scene } from './scene.js';

interface Brush {
  canvas: Canvas;
  mask: Mask;
  scene: Scene;
}
type Cover = (brush: Brush, lesion: Lesion, dice: Dice) => void;

const covers: Record<Exclude<LesionKind, 'venousBeading'>, Cover> = {
  microaneurysm: ({ mask, canvas }, { at, radius }) => coverBlot(mask, canvas, { at, radius, softness: 0.5 }),
  haemorrhage: ({ mask, canvas }, { at, radius }, dice) => coverBlot(mask, canvas, { at, radius, softness: dice.between(0.6, 1), wobble: wobbleOf(dice, dice.between(0.08, 0.2)) }),
  flame: coverFlame,
  hardExudate: coverExudates,
  cottonWool: coverCottonWool,
  newVessels: coverNewVessels,
  preretinalBlood: coverPreretinalBlood,
};

/** Everything of one kind is painted at once, the deep kinds before the vessels and the others over them. */
function paintKind(canvas: Canvas, scene: Scene, { kind, light, pigment }: { kind: keyof typeof covers; light?: Colour; pigment?: { colour: Colour; opacity: number } }): void {
  const lesions = scene.lesions.filter((lesion) => lesion.kind === kind);
  if (lesions.length === 0) return;
  const mask = createMask(canvas.view);
  for (const lesion of lesions) covers[kind]({ canvas, mask, scene }, lesion, skipPlace(lesion));
  if (light !== undefined) absorb(canvas, mask, light);
  if (pigment !== undefined) paintMask(canvas, mask, pigment);
}

export function paintDeepLesions(canvas: Canvas, scene: Scene): void {
  paintKind(canvas, scene, { kind: 'hardExudate', pigment: { colour: [0.99, 0.9, 0.5], opacity: 0.88 } });
  paintKind(canvas, scene, { kind: 'haemorrhage', light: [0.4, 0.76, 0.72] });
  paintKind(canvas, scene, { kind: 'microaneurysm', light: [0.34, 0.76, 0.72] });
}

export function paintSuperficialLesions(canvas: Canvas, scene: Scene): void {
  paintKind(canvas, scene, { kind: 'cottonWool', pigment: { colour: [0.97, 0.86, 0.68], opacity: 0.72 } });
  paintKind(canvas, scene, { kind: 'flame', light: [0.34, 0.74, 0.7] });
  paintKind(canvas, scene, { kind: 'newVessels', light: [0.22, 0.72, 0.7] });
  paintKind(canvas, scene, { kind: 'preretinalBlood', pigment: { colour: [0.46, 0.08, 0.06], opacity: 0.9 } });
}

/** A lesion's own numbers, other ones than those that placed it. */
function skipPlace({ key }: Lesion): Dice {
  return createDice([key[0] ^ 0x5bd1e995, key[1]]);
}

function wobbleOf(dice: Dice, depth: number): { depth: number; phase: number } {
  return { depth, phase: dice.between(0, 2 * Math.PI) };
}

/** Streaks along the nerve fibres, which run from the disc. */
function coverFlame({ mask, canvas, scene: { eye } }: Brush, { at, radius }: Lesion, dice: Dice): void {
  const along = Math.atan2(at.y - eye.disc.y, at.x - eye.disc.x) + dice.normal(0, 0.15);
  const [cos, sin] = [Math.cos(along), Math.sin(along)];
  const streaks = dice.whole(4, 6);
  for (let i = 0; i < streaks; i++) {
    const across = radius * (i / (streaks - 1) - 0.5) * 0.6 + dice.normal(0, 0.0012);
    const shift = dice.normal(0, 0.2) * radius;
    const half = radius * dice.between(0.55, 1);
    const middle = { x: at.x - sin * across + cos * shift, y: at.y + cos * across + sin * shift };
    const width = radius * dice.between(0.16, 0.26);
    for (const end of [-1, 1]) {
      coverLine(mask, canvas, { from: middle, to: { x: middle.x + end * half * cos, y: middle.y + end * half * sin }, widths: [width, 0.2 * width] });
    }
  }
}

/** Waxy spots in a heap or a broken ring. */
function coverExudates({ mask, canvas }: Brush, { at, radius }: Lesion, dice: Dice): void {
  const isRing = dice.chance(0.35);
  const spots = Math.round(dice.between(8, 15) + radius * 160);
  const [opening, arc] = [dice.between(0, 2 * Math.PI), dice.between(3.4, 5.8)];
  for (let i = 0; i < spots; i++) {
    const angle = isRing ? opening + arc * dice.between(0, 1) : dice.between(0, 2 * Math.PI);
    const distance = radius * (isRing ? dice.normal(0.85, 0.1) : Math.abs(dice.normal(0, 0.55)));
    const spot = { x: at.x + distance * Math.cos(angle), y: at.y + distance * Math.sin(angle) };
    coverBlot(mask, canvas, { at: spot, radius: dice.between(0.0025, 0.0085), softness: 0.35, wobble: wobbleOf(dice, 0.15) });
  }
}

/** A fluffy heap with no clear edge. */
function coverCottonWool({ mask, canvas }: Brush, { at, radius }: Lesion, dice: Dice): void {
  for (let i = 0; i < 4; i++) {
    const tuft = { x: at.x + dice.normal(0, 0.35) * radius, y: at.y + dice.normal(0, 0.3) * radius };
    coverBlot(mask, canvas, { at: tuft, radius: radius * dice.between(0.4, 0.75), softness: 1.3, wobble: wobbleOf(dice, 0.14) });
  }
}

/** A tangle of fine vessels that leads nowhere: fronds from one root, with loops. */
function coverNewVessels({ mask, canvas }: Brush, { at, radius }: Lesion, dice: Dice): void {
  const fronds = dice.whole(8, 12);
  for (let i = 0; i < fronds; i++) {
    let from: Point = { x: at.x + dice.normal(0, 0.1) * radius, y: at.y + dice.normal(0, 0.1) * radius };
    let heading = (2 * Math.PI * i) / fronds + dice.normal(0, 0.3);
    const bend = dice.normal(0, 0.28);
    const pace = radius * 0.13;
    const width = dice.between(0.0032, 0.0055);
    for (let j = dice.whole(8, 13); j > 0; j--) {
      heading += bend + dice.normal(0, 0.3);
      const to = { x: from.x + pace * Math.cos(heading), y: from.y + pace * Math.sin(heading) };
      coverLine(mask, canvas, { from, to, widths: [width, width] });
      from = to;
    }
  }
}

/** Blood before the retina, which sinks: a level top, round below, hiding what lies behind. */
function coverPreretinalBlood({ mask, canvas }: Brush, { at, radius }: Lesion, dice: Dice): void {
  const { view, edge } = canvas;
  const pool = createMask(view);
  const wobble = wobbleOf(dice, 0.05);
  for (const shift of [-0.35, 0.35]) coverBlot(pool, canvas, { at: { x: at.x + shift * radius, y: at.y }, radius, softness: 0.08, wobble });
  const middle = toPixels(view, at);
  const reach = 1.6 * radius * view.scale + edge;
  const level = dice.between(-0.35, 0.1) * radius * view.scale;
  const tilt = dice.normal(0, 0.1);
  const soft = Math.max(edge, 0.05 * radius * view.scale);
  eachPixel(view, { middle, reachX: reach, reachY: reach }, (i, x, y) => {
    const below = (y - middle.y - level - tilt * (x - middle.x)) / soft;
    mask[i] = Math.max(mask[i]!, pool[i]! * clamp01(below + 0.5));
  });
}
