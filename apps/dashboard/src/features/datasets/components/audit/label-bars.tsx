import { formatCount, formatPercent } from '@eyegazer/client';
import { totalOf } from '@eyegazer/core';

/** One bar per label, all on one scale. */
export function LabelBars({ labels, counts }: { labels: readonly string[]; counts: readonly number[] }) {
  const largest = Math.max(1, ...counts);
  const total = Math.max(1, totalOf(counts));
  return (
    <ul className="label-bars">
      {labels.map((label, i) => {
        const count = counts[i] ?? 0;
        return (
          <li key={label} data-empty={count === 0}>
            <span className="label-bars__name" title={label}>
              {label}
            </span>
            <span className="label-bars__track" aria-hidden="true">
              <span style={{ width: `${(100 * count) / largest}%` }} />
            </span>
            <span className="label-bars__count">{formatCount(count)}</span>
            <span className="label-bars__share muted">{formatPercent(count / total, 1)}</span>
          </li>
        );
      })}
    </ul>
  );
}
