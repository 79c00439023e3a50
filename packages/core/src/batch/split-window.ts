/**
 * Splits one window into nearly equal pieces of at most `microBatch` samples, larger pieces first.
 * The pieces' sizes always sum to the window, so the effective batch stays exact whatever the micro-batch.
 */
export function splitWindow(windowSize: number, microBatch: number): number[] {
  const pieces = Math.ceil(windowSize / microBatch);
  const base = Math.floor(windowSize / pieces);
  const larger = windowSize - base * pieces;
  return Array.from({ length: pieces }, (_, i) => (i < larger ? base + 1 : base));
}
