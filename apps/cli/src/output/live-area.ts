import type { Output } from './output.js';

/** The last lines of a terminal, drawn again and again in place; what is said meanwhile goes above them. */
export interface LiveArea {
  draw(lines: readonly string[]): void;
  say(lines: readonly string[]): void;
  /** Leaves what was drawn last and gives the cursor back. */
  end(): void;
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** Lines must fit the width of the terminal, or they cannot be counted. */
export function createLiveArea(output: Output): LiveArea {
  let drawn: readonly string[] = [];
  const erase = (): string => (drawn.length === 0 ? '' : `\u001b[${drawn.length}A\u001b[J`);
  const put = (above: readonly string[], lines: readonly string[]): void => {
    // A region taller than the terminal could not be erased again.
    const shown = lines.slice(-Math.max(1, output.rows - 1));
    output.raw(hideCursor + erase() + [...above, ...shown].map((line) => `${line}\n`).join(''));
    drawn = shown;
  };
  return {
    draw: (lines) => put([], lines),
    say: (lines) => put(lines, drawn),
    end() {
      output.raw(showCursor);
      drawn = [];
    },
  };
}
