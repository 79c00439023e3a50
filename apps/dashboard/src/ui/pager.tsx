import { useState } from 'react';
import { Button } from './button.js';
import './pager.css';

export interface Pages {
  cursor: string | undefined;
  /** Zero-based number of the page shown. */
  index: number;
  next: (cursor: string) => void;
  back: () => void;
}

/** Walks a list page by page; it starts over when `key` (the filter) changes. */
export function usePages(key: string): Pages {
  const [walk, setWalk] = useState<{ key: string; cursors: string[] }>({ key, cursors: [] });
  const cursors = walk.key === key ? walk.cursors : [];
  return {
    cursor: cursors.at(-1),
    index: cursors.length,
    next: (cursor) => setWalk({ key, cursors: [...cursors, cursor] }),
    back: () => setWalk({ key, cursors: cursors.slice(0, -1) }),
  };
}

/** Back and next; nothing at all where there is only one page. */
export function Pager({ pages, nextCursor }: { pages: Pages; nextCursor: string | null }) {
  if (pages.index === 0 && nextCursor === null) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <Button icon="left" disabled={pages.index === 0} onClick={pages.back} testId="page-back">
        Back
      </Button>
      <span className="muted small">Page {pages.index + 1}</span>
      <Button icon="right" disabled={nextCursor === null} onClick={() => nextCursor !== null && pages.next(nextCursor)} testId="page-next">
        Next
      </Button>
    </nav>
  );
}
