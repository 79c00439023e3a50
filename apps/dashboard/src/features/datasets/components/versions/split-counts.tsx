import { formatCount, formatPercent } from '@eyegazer/client';
import { totalOf, type DatasetVersionWire } from '@eyegazer/core';
import './versions.css';

/** Images per class, trained on and held out, as bars with their numbers. */
export function SplitCounts({ names, counts }: { names: readonly string[]; counts: DatasetVersionWire['counts'] }) {
  const totals = names.map((_, i) => (counts.train[i] ?? 0) + (counts.eval[i] ?? 0));
  const all = Math.max(1, totalOf(totals));
  const largest = Math.max(1, ...totals);
  const unlabelled = totalOf(counts.predict);
  return (
    <div className="split-counts">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" className="split-counts__bars">
              <span className="visually-hidden">Share</span>
            </th>
            <th scope="col" className="num">
              <span className="split-counts__key split-counts__key--train">Train</span>
            </th>
            <th scope="col" className="num">
              <span className="split-counts__key split-counts__key--eval">Held out</span>
            </th>
            <th scope="col" className="num">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map((name, i) => (
            <tr key={i}>
              <th scope="row">{name}</th>
              <td className="split-counts__bars" aria-hidden="true">
                <span className="split-counts__bar">
                  <span className="split-counts__train" style={{ width: `${(100 * (counts.train[i] ?? 0)) / largest}%` }} />
                  <span className="split-counts__eval" style={{ width: `${(100 * (counts.eval[i] ?? 0)) / largest}%` }} />
                </span>
              </td>
              <td className="num">{formatCount(counts.train[i] ?? 0)}</td>
              <td className="num">{formatCount(counts.eval[i] ?? 0)}</td>
              <td className="num muted">{formatPercent((totals[i] ?? 0) / all, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {unlabelled > 0 && <p className="muted small">And {formatCount(unlabelled)} images without label, kept for predictions.</p>}
    </div>
  );
}
