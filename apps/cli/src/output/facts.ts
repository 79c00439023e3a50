import { cleanText } from './clean-text.js';
import { displayWidth, padText } from './display-width.js';
import type { Paint } from './paint.js';
import { wrapText } from './wrap-text.js';

/** Names and values below each other; long values go on below where they began. */
export function formatFacts(facts: readonly (readonly [name: string, value: string])[], { width, paint }: { width: number; paint: Paint }): string[] {
  const nameWidth = Math.max(0, ...facts.map(([name]) => displayWidth(name))) + 2;
  return facts.flatMap(([name, value]) =>
    wrapText(cleanText(value), Math.max(20, width - nameWidth)).map((line, i) => (i === 0 ? paint('dim', padText(name, nameWidth)) : ' '.repeat(nameWidth)) + line),
  );
}
