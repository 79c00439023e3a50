import type { Driven } from './drive.js';

export interface MemorySample {
  seconds: number;
  megabytes: number;
}

/** Prints percentiles of every kind and of all, failures, and how memory went. */
export function printLoad({ driven, samples, seconds, watchers, written }: { driven: Driven; samples: MemorySample[]; seconds: number; watchers: number[]; written: number }): void {
  console.log(`\n${driven.sent} requests in ${seconds} s, due at a steady ${(driven.sent / seconds).toFixed(0)} a second; milliseconds from due to the last byte:\n`);
  console.log(row('', ['requests', 'p50', 'p95', 'p99', 'max']));
  for (const [name, times] of driven.times) console.log(row(name, [String(times.length), ...percentiles(times)]));
  const all = [...driven.times.values()].flat();
  console.log(row('all', [String(all.length), ...percentiles(all)]));
  const failed = [...driven.failures].map(([what, count]) => `${what} (${count})`);
  console.log(`\nFailed: ${failed.length === 0 ? 'none' : failed.join(', ')}.`);
  console.log(`${watchers.length} sockets received ${watchers.reduce((sum, count) => sum + count, 0)} events of ${written} written, each sent to every socket that follows its experiment.`);
  console.log(`Memory of the API process, mean of each quarter: ${quarters(samples).map((megabytes) => `${megabytes.toFixed(0)} MB`).join(', ')}.`);
}

function percentiles(times: number[]): string[] {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(1);
  return [at(0.5), at(0.95), at(0.99), at(1)];
}

function quarters(samples: MemorySample[]): number[] {
  const size = Math.ceil(samples.length / 4);
  return [0, 1, 2, 3].map((i) => {
    const part = samples.slice(i * size, (i + 1) * size);
    return part.reduce((sum, { megabytes }) => sum + megabytes, 0) / part.length;
  });
}

function row(name: string, cells: string[]): string {
  return name.padEnd(36) + cells.map((cell) => cell.padStart(10)).join('');
}
