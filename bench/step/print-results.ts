import { cpus } from 'node:os';
import type { CaseResult } from './measure-step.js';

/** Prints the machine, each case's operations by part, the Gemm rates, and one table. */
export function printResults(results: readonly CaseResult[], threads: number): void {
  console.log(`\n${cpus()[0]?.model ?? 'unknown CPU'}, ${threads} threads, float32; LoRA r 16 on query and value, dropout 0.1; a step is forward and backward\n`);
  console.log('GFLOP of one step, by part');
  printTable(['case', 'linear forward', 'linear backward', 'attention', 'LoRA and head', 'all'], results.map((result) => {
    const parts = Object.values(result.operations);
    return [result.stepCase.name, ...parts.map(giga), giga(totalOf(result))];
  }));
  console.log('\nGFLOP/s of Gemm by shape (rows x width x width), best run of each case');
  printTable(['case', ...(results[0]?.gemmRates.map((rate) => rate.shape) ?? [])], results.map((result) => [result.stepCase.name, ...result.gemmRates.map((rate) => giga(rate.flopsPerSecond, 0))]));
  console.log('');
  printTable(['case', 'weights', 'images/s', 'best', 'median ms', 'peak RSS MB', 'GFLOP/s', 'Gemm GFLOP/s', 'share'], results.map((result) => {
    const { stepMs, stepCase } = result;
    const median = stepMs[Math.floor(stepMs.length / 2)] ?? Number.NaN;
    const rate = totalOf(result) / (median / 1000);
    const gemm = Math.max(...result.gemmRates.map((each) => each.flopsPerSecond));
    const imagesPerSecond = (ms: number | undefined): string => ((stepCase.batch / (ms ?? Number.NaN)) * 1000).toFixed(2);
    return [
      stepCase.name, result.weights, imagesPerSecond(median), imagesPerSecond(stepMs[0]), median.toFixed(0), (result.peakRssBytes / 1e6).toFixed(0),
      giga(rate, 0), giga(gemm, 0), (rate / gemm).toFixed(3),
    ];
  }));
}

function totalOf({ operations }: CaseResult): number {
  return Object.values(operations).reduce((sum, count) => sum + count, 0);
}

function giga(value: number, digits = 1): string {
  return (value / 1e9).toFixed(digits);
}

function printTable(header: string[], rows: string[][]): void {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of [header, ...rows]) console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '));
}
