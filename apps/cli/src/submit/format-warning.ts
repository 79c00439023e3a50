import type { SubmitWarning } from '@eyegazer/core';
import { cleanText } from '../output/clean-text.js';
import type { Paint } from '../output/paint.js';
import { wrapText } from '../output/wrap-text.js';

/** What pre-flight warns of, as lines; `of` is the experiment that it is about. */
export function formatWarning({ rule, path, message }: SubmitWarning, { width, paint, of }: { width: number; paint: Paint; of?: string }): string[] {
  const about = [...(of === undefined ? [] : [of]), path ?? rule].join(', ');
  return wrapText(cleanText(`${about}: ${message}`), Math.max(20, width - 2)).map((line, i) => (i === 0 ? `${paint('yellow', '!')} ${line}` : `  ${line}`));
}
