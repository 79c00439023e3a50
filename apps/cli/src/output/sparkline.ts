const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** The newest values as one character each, the lowest of them lowest; a value that is undefined is a space. */
export function formatSparkline(values: readonly (number | null)[], columns: number): string {
  const shown = values.slice(-columns);
  const known = shown.filter((value): value is number => value !== null);
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  return shown.map((value) => (value === null ? ' ' : (bars[span === 0 ? 3 : Math.round(((value - low) / span) * (bars.length - 1))] ?? ''))).join('');
}
