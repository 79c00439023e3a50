import { countLabels, createSplitUnits, type SplitImage, type SplitUnit } from './split-unit.js';

/**
 * Chooses a held-out part with the same share of every class: `share` of its images rounded half up, but at least one and never
 * all (a class of one image is trained on). A class whose images are mostly single gets exactly that; where all belong to larger
 * units, what comes nearest unit by unit.
 * @returns ids
 */
export function holdOut(images: readonly SplitImage[], { share, seed, classCount }: { share: number; seed: number; classCount: number }): Set<string> {
  const totals = countLabels(images, classCount);
  const wanted = totals.map((total) => Math.min(Math.max(Math.floor(share * total + 0.5), 1), Math.max(0, total - 1)));
  const units = createSplitUnits(images, seed);
  const seen = totals.map(() => 0);
  const held = totals.map(() => 0);
  const heldUnits = new Set<SplitUnit>();
  const hold = (unit: SplitUnit): void => {
    heldUnits.add(unit);
    for (const { label, count } of unit.counts) held[label]! += count;
  };
  const isSpare = (unit: SplitUnit): boolean => unit.counts.every(({ label, count }) => held[label]! + count < totals[label]!);
  // Of what has gone by, the share that is wanted of the whole should be held out: an error made by one unit is made good by the next ones.
  for (const unit of units) {
    for (const { label, count } of unit.counts) seen[label]! += count;
    const change = unit.counts.reduce((sum, { label, count }) => sum + count * (2 * (held[label]! - (wanted[label]! * seen[label]!) / totals[label]!) + count), 0);
    if (change < 0 && isSpare(unit)) hold(unit);
  }
  // A rare class whose few images are in large units may have got none.
  for (const [label, count] of wanted.entries()) {
    if (count === 0 || held[label]! > 0) continue;
    const spare = units.findLast((unit) => unit.counts.some((own) => own.label === label) && isSpare(unit));
    if (spare) hold(spare);
  }
  return new Set([...heldUnits].flatMap(({ ids }) => ids));
}
