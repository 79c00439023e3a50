import { formatCount, formatPercent } from '@eyegazer/client';
import { totalOf } from '@eyegazer/core';
import './class-bar.css';

/** One bar cut by class: how even a dataset is, at a glance. */
export function ClassBar({ names, counts }: { names: readonly string[]; counts: readonly number[] }) {
  const total = Math.max(1, totalOf(counts));
  return (
    <ul className="class-bar" aria-label="Images per class">
      {names.map((name, i) => {
        const count = counts[i] ?? 0;
        return (
          <li key={i} style={{ flexGrow: count, '--step': i }} title={`${name}: ${formatCount(count)} (${formatPercent(count / total, 1)})`}>
            <span className="visually-hidden">
              {name}: {formatCount(count)}
            </span>
            {count / total > 0.045 && <span aria-hidden="true">{name}</span>}
          </li>
        );
      })}
    </ul>
  );
}
