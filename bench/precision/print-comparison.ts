import type { Precision } from '@eyegazer/core';
import type { TrainedOnce } from './train-once.js';

/** Each precision against float32 of the same seed, and how far float32's own seeds lie apart. */
export function printComparison(results: readonly TrainedOnce[], precisions: readonly Precision[]): void {
  const reference = results.filter(({ precision }) => precision === 'fp32');
  console.log('\n| precision | seed | evaluation loss | against fp32 | same predictions as fp32 | accuracy |\n|---|---|---|---|---|---|');
  for (const precision of precisions) {
    const own = results.filter((result) => result.precision === precision);
    const rows = own.map((result) => compare(result, reference.find(({ seed }) => seed === result.seed)));
    for (const row of rows) console.log(formatRow(precision, String(row.seed), row));
    console.log(formatRow(precision, 'mean', { evalLoss: mean(rows.map((row) => row.evalLoss)), ratio: mean(rows.map((row) => row.ratio)), same: mean(rows.map((row) => row.same)), accuracy: mean(rows.map((row) => row.accuracy)) }));
  }
  const pairs = reference.flatMap((first, i) => reference.slice(i + 1).map((second) => compare(second, first)));
  if (pairs.length === 0) return;
  const apart = pairs.map(({ ratio }) => Math.abs(ratio - 1));
  console.log(`\nfloat32 with another seed: evaluation loss ${percent(mean(apart))} apart on average, ${percent(Math.max(...apart))} at most; ${percent(mean(pairs.map(({ same }) => same)))} same predictions.`);
}

interface Row {
  evalLoss: number;
  /** Evaluation loss over float32's. */
  ratio: number;
  /** Share of held-out images with float32's prediction. */
  same: number;
  accuracy: number;
}

function compare({ seed, evalLoss, accuracy, predictions }: TrainedOnce, reference: TrainedOnce | undefined): Row & { seed: number } {
  const same = predictions.filter((prediction, i) => prediction === reference?.predictions[i]).length;
  return { seed, evalLoss, accuracy, ratio: evalLoss / (reference?.evalLoss ?? Number.NaN), same: same / predictions.length };
}

function formatRow(precision: Precision, seed: string, { evalLoss, ratio, same, accuracy }: Row): string {
  const sign = ratio >= 1 ? '+' : '-';
  return `| ${precision} | ${seed} | ${evalLoss.toFixed(4)} | ${sign}${percent(Math.abs(ratio - 1))} | ${percent(same)} | ${accuracy.toFixed(3)} |`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
