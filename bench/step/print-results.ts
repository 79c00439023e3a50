import { cpus } from 'node:os';
import type { PeerResult } from './measure-peer.js';
import type { CaseResult } from './measure-step.js';
import type { StepCase } from './step-cases.js';

/** A case with what its peer needs for the same batch. */
export type PrintedResult = CaseResult & { peer: PeerResult | null };

/** Prints the machine, each case's operations by part, the Gemm rates, and one table. */
export function printResults(results: readonly PrintedResult[], threads: number): void {
  console.log(`\n${cpus()[0]?.model ?? 'unknown CPU'}, ${threads} threads; LoRA r 16 on query and value, dropout 0.1; a step is forward and backward; medians of 5\n`);
  console.log('GFLOP of one step, by part');
  printTable(['case', 'linear forward', 'linear backward', 'attention', 'LoRA and head', 'all'], results.map((result) => {
    const parts = Object.values(result.operations);
    return [result.stepCase.name, ...parts.map((part) => giga(part)), giga(totalOf(result))];
  }));
  console.log('\nGFLOP/s of Gemm in float32 by shape (rows x width x width), best run of each case');
  const shapes = [...new Set(results.flatMap((result) => result.gemmRates.map((rate) => rate.shape)))];
  printTable(['case', ...shapes], results.map((result) => [result.stepCase.name, ...shapes.map((shape) => giga(rateOf(result, shape), 0))]));
  console.log('');
  const peer = results.find((result) => result.peer !== null)?.peer ?? null;
  const peerHeader = peer === null ? [] : ['peer fp32 images/s', 'of it', 'peer bf16 images/s', 'of it'];
  printTable(
    ['case', 'precision', 'weights', 'images/s', 'best', 'median ms', 'peak RSS MB', 'GFLOP/s', 'best Gemm', 'share', 'own Gemm', 'share', 'compile s', 'evaluation images/s', 'of training', ...peerHeader],
    results.map((result) => [...describe(result), ...(peer === null ? [] : describePeer(result))]),
  );
  if (peer !== null) console.log(`\nPeer: ${peer.versions}, the whole batch at once.`);
}

function describe(result: CaseResult): string[] {
  const { stepCase, stepMs, evaluationMs } = result;
  const rate = totalOf(result) / (median(stepMs) / 1000);
  const gemm = Math.max(...result.gemmRates.map((each) => each.flopsPerSecond));
  const own = rateOf(result, result.ownShape);
  const imagesPerSecond = (ms: number): string => perSecond(stepCase, ms).toFixed(2);
  return [
    stepCase.name, stepCase.precision ?? 'fp32', result.weights, imagesPerSecond(median(stepMs)), imagesPerSecond(stepMs[0] ?? Number.NaN), median(stepMs).toFixed(0),
    (result.peakRssBytes / 1e6).toFixed(0), giga(rate, 0), giga(gemm, 0), (rate / gemm).toFixed(3), giga(own, 0), (rate / own).toFixed(3), (result.compileMs / 1000).toFixed(2),
    imagesPerSecond(median(evaluationMs)), (median(stepMs) / median(evaluationMs)).toFixed(2),
  ];
}

function describePeer({ stepCase, stepMs, peer }: PrintedResult): string[] {
  if (peer === null) return ['', '', '', ''];
  return Object.values(peer.medianMs).flatMap((ms) => [perSecond(stepCase, ms).toFixed(2), (ms / median(stepMs)).toFixed(2)]);
}

function rateOf({ gemmRates }: CaseResult, wanted: string): number {
  return gemmRates.find(({ shape }) => shape === wanted)?.flopsPerSecond ?? Number.NaN;
}

function perSecond({ batch }: StepCase, ms: number): number {
  return (batch / ms) * 1000;
}

function median(ascending: readonly number[]): number {
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
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
