/** A metric between -1 and 1 with three decimals; a dash where it is undefined. */
export function formatMetric(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(3).replace('-', '−');
}

