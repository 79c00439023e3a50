/** Wide in every terminal: CJK, Hangul, full-width forms and emoji. */
const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** Drawn onto the character before. */
const zeroWidth = /\p{Mn}|\p{Me}|\u200b|\u200c|\u200d/u;

/** How many columns of a terminal a text without control characters takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += zeroWidth.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** The text in at most so many columns; what does not fit is cut and ends with `…`. */
export function truncateText(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += displayWidth(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** The text filled with spaces to so many columns. */
export function padText(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return align === 'left' ? text + spaces : spaces + text;
}
