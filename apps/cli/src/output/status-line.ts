import { displayWidth, truncateText } from './display-width.js';
import { createLiveArea } from './live-area.js';
import type { Output } from './output.js';
import { formatProgressBar } from './progress-bar.js';

/** How far a longer task is, on one line of a terminal; elsewhere nothing, because nothing can be drawn twice there. */
export interface StatusLine {
  /** @param share of the task, null where its end is not known */
  show(share: number | null, text: string): void;
  /** Says a line above it; also where there is no terminal. */
  say(line: string): void;
  end(): void;
}

const barColumns = 24;
const frameMs = 100;

export function createStatusLine(output: Output): StatusLine {
  const area = output.isTty ? createLiveArea(output) : null;
  let shownAt = -Infinity;
  return {
    show(share, text) {
      if (!area || (performance.now() - shownAt < frameMs && share !== 1)) return;
      shownAt = performance.now();
      const bar = share === null ? '' : `${formatProgressBar(share, barColumns)}  `;
      area.draw([bar + truncateText(text, (output.columns ?? 80) - 1 - displayWidth(bar))]);
    },
    say(line) {
      if (area) area.say([line]);
      else output.line(line);
    },
    end() {
      area?.draw([]);
      area?.end();
    },
  };
}
