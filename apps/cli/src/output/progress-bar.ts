const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of so many columns, filled to a share from 0 to 1 in eighths of a column. */
export function formatProgressBar(share: number, columns: number): string {
  const filled = Math.floor(8 * columns * Math.min(1, Math.max(0, share)));
  const bar = '█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '');
  return bar.padEnd(columns, '░');
}
