import { useLayoutEffect, useRef } from 'react';
import type { LogLine } from '../../../live/run-state.js';
import { formatClock, formatInstant } from '../../../ui/format-time.js';

/** What the trainer says, newest at the end; it follows along unless a person has scrolled up. */
export function LogCard({ log }: { log: readonly LogLine[] }) {
  const box = useRef<HTMLDivElement>(null);
  const follow = useRef(true);
  useLayoutEffect(() => {
    if (follow.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  });
  return (
    <section className="card log-card" data-testid="log">
      <div className="card__head">
        <h2>Log</h2>
        <span className="muted small">{log.length > 0 ? `${log.length} lines` : ''}</span>
      </div>
      {log.length === 0 ? (
        <p className="muted small">Nothing has been said yet.</p>
      ) : (
        <div
          ref={box}
          className="log"
          // A box that scrolls must be within the keyboard's reach.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          role="log"
          aria-label="Log lines"
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
            follow.current = scrollHeight - scrollTop - clientHeight < 24;
          }}
        >
          {log.map(({ seq, at, level, message }) => (
            <p key={seq} data-level={level}>
              <time dateTime={at} title={formatInstant(at)}>
                {formatClock(at)}
              </time>
              <span>{message}</span>
            </p>
          ))}
        </div>
      )}
    </section>
  );
}
