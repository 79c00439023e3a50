/**
 * What diabetic retinopathy leaves in the eye, by grade: 0 nothing; 1 a few microaneurysms; 2 also haemorrhages and
 * hard exudates; 3 many of them, and cotton-wool spots; 4 new vessels and a haemorrhage before the retina. Counts overlap
 * between neighbours a little, as graders disagree; small lesions are larger than life so that thumbnails show them.
 */
import { clamp01, coverLine, paintBlot, paintMask, type Canvas, type Colour, type Point } from './canvas.js';
import type { Dice } from './dice.js';
import type { Eye } from './eye.js';

export const fundusGrades = [0, 1, 2, 3, 4] as const;
export type FundusGrade = (typeof fundusGrades)[number];

type Range = readonly [number, number];
const none: Range = [0, 0];

interface Findings {
  microaneurysms: Range;
  haemorrhages: Range;
  exudateClusters: Range;
  cottonWool: Range;
  newVessels: Range;
}

const findingsOf: Record<FundusGrade, Findings> = {
  0: { microaneurysms: none, haemorrhages: none, exudateClusters: none, cottonWool: none, newVessels: none },
  1: { microaneurysms: [4, 9], haemorrhages: none, exudateClusters: none, cottonWool: none, newVessels: none },
  2: { microaneurysms: [7, 15], haemorrhages: [3, 7], exudateClusters: [1, 3], cottonWool: none, newVessels: none },
  3: { microaneurysms: [14, 26], haemorrhages: [12, 20], exudateClusters: [2, 5], cottonWool: [2, 5], newVessels: none },
  4: { microaneurysms: [8, 20], haemorrhages: [5, 12], exudateClusters: [1, 4], cottonWool: [0, 3], newVessels: [2, 4] },
};

const blood: Colour = [0.34, 0.03, 0.03];

export function drawLesions(canvas: Canvas, eye: Eye, { grade, dice }: { grade: FundusGrade; dice: Dice }): void {
  const findings = findingsOf[grade];
  repeat(dice, findings.cottonWool, () => {
    const radius = dice.between(0.018, 0.03);
    paintBlot(canvas, { at: placeLesion(eye, dice), radius, colour: [0.98, 0.86, 0.66], opacity: dice.between(0.5, 0.7), softness: 1.1, wobble: wobble(dice, 0.16) });
  });
  repeat(dice, findings.exudateClusters, () => drawExudates(canvas, placeLesion(eye, dice), dice));
  repeat(dice, findings.haemorrhages, () => {
    const radius = dice.between(0.012, 0.026);
    paintBlot(canvas, { at: placeLesion(eye, dice), radius, colour: blood, opacity: dice.between(0.66, 0.86), softness: 0.7, wobble: wobble(dice, 0.2) });
  });
  repeat(dice, findings.microaneurysms, () => {
    paintBlot(canvas, { at: placeLesion(eye, dice), radius: dice.between(0.007, 0.011), colour: [0.4, 0.04, 0.04], opacity: dice.between(0.75, 0.95) });
  });
  repeat(dice, findings.newVessels, (i) => drawNewVessels(canvas, i === 0 ? nearDisc(eye, dice) : placeLesion(eye, dice), dice));
  if (grade === 4 && dice.between(0, 1) < 0.75) drawPreretinalBlood(canvas, eye, dice);
}

function repeat(dice: Dice, [low, high]: Range, draw: (i: number) => void): void {
  const count = dice.whole(low, high);
  for (let i = 0; i < count; i++) draw(i);
}

function wobble(dice: Dice, depth: number): { depth: number; phase: number } {
  return { depth, phase: dice.between(0, 2 * Math.PI) };
}

/** Somewhere on the retina, off the disc, the fovea and the rim. */
function placeLesion(eye: Eye, dice: Dice): Point {
  for (;;) {
    const distance = eye.radius * 0.86 * Math.sqrt(dice.between(0, 1));
    const angle = dice.between(0, 2 * Math.PI);
    const at = { x: eye.centre.x + distance * Math.cos(angle), y: eye.centre.y + distance * Math.sin(angle) };
    const offDisc = Math.hypot(at.x - eye.disc.x, at.y - eye.disc.y) > eye.discRadius * 1.5;
    if (offDisc && Math.hypot(at.x - eye.macula.x, at.y - eye.macula.y) > 0.04) return at;
  }
}

function nearDisc({ disc, discRadius }: Eye, dice: Dice): Point {
  const angle = dice.between(0, 2 * Math.PI);
  return { x: disc.x + discRadius * Math.cos(angle), y: disc.y + discRadius * Math.sin(angle) };
}

function drawExudates(canvas: Canvas, at: Point, dice: Dice): void {
  repeat(dice, [5, 11], () => {
    const spot = { x: at.x + dice.normal(0, 0.022), y: at.y + dice.normal(0, 0.022) };
    paintBlot(canvas, { at: spot, radius: dice.between(0.005, 0.012), colour: [1, 0.9, 0.5], opacity: dice.between(0.75, 0.95), softness: 0.3, wobble: wobble(dice, 0.15) });
  });
}

/** A tangle of fine, bright vessels that leads nowhere. */
function drawNewVessels(canvas: Canvas, at: Point, dice: Dice): void {
  const mask = new Float32Array(canvas.size * canvas.size);
  repeat(dice, [7, 11], () => {
    let from = { x: at.x + dice.normal(0, 0.008), y: at.y + dice.normal(0, 0.008) };
    let heading = dice.between(0, 2 * Math.PI);
    const bend = dice.normal(0, 0.35);
    repeat(dice, [8, 14], () => {
      heading += bend + dice.normal(0, 0.35);
      const to = { x: from.x + 0.01 * Math.cos(heading), y: from.y + 0.01 * Math.sin(heading) };
      coverLine(mask, canvas.size, { from, to, width: 0.0065 });
      from = to;
    });
  });
  paintMask(canvas, mask, { colour: [0.62, 0.05, 0.05], opacity: 0.85 });
}

/** Blood before the retina, which sinks: a level, slightly sagging top, round below, hiding what lies behind. */
function drawPreretinalBlood(canvas: Canvas, eye: Eye, dice: Dice): void {
  const { size } = canvas;
  const at = placeLesion(eye, dice);
  const radius = dice.between(0.07, 0.11);
  const tilt = dice.normal(0, 0.12);
  const level = at.y - radius * dice.between(0, 0.4);
  const mask = new Float32Array(size * size);
  coverLine(mask, size, { from: at, to: { x: at.x + radius * dice.between(0.2, 0.6), y: at.y }, width: 2 * radius });
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const [x, y] = [((i % size) + 0.5) / size - at.x, (Math.floor(i / size) + 0.5) / size];
    const surface = level + tilt * x - (x * x) / radius / 4;
    mask[i] = mask[i]! * clamp01((y - surface) * 60 + 0.5);
  }
  paintMask(canvas, mask, { colour: [0.42, 0.04, 0.03], opacity: 0.88 });
}
