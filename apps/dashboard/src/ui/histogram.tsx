import { formatCount } from '@eyegazer/client';
import './histogram.css';

interface HistogramProps {
  /** For screen readers and above the table that says the same. */
  label: string;
  /** One more than counts: bin `i` lies from `edges[i]` up to `edges[i + 1]`. */
  edges: readonly number[];
  counts: readonly number[];
  format: (edge: number) => string;
}

/** How often values fall into bins: bars without gaps for the eye, a table for screen readers. One bin is a sentence. */
export function Histogram({ label, edges, counts, format }: HistogramProps) {
  const largest = Math.max(1, ...counts);
  const range = (i: number): string => `${format(edges[i] ?? 0)} – ${format(edges[i + 1] ?? 0)}`;
  if (counts.length <= 1) return <p className="small">{`All alike: ${range(0)}`}</p>;
  return (
    <figure className="histogram" aria-label={label}>
      <div className="histogram__plot" aria-hidden="true">
        {counts.map((count, i) => (
          <span key={i} className="histogram__bin" title={`${range(i)}: ${formatCount(count)}`}>
            <span className="histogram__bar" data-empty={count === 0} style={{ height: `${(100 * count) / largest}%` }} />
          </span>
        ))}
      </div>
      <div className="histogram__axis" aria-hidden="true">
        {ticksOf(edges).map(({ edge, at }) => (
          <span key={at} style={{ left: `${100 * at}%` }}>
            {format(edge)}
          </span>
        ))}
      </div>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">From – to</th>
            <th scope="col">Images</th>
          </tr>
        </thead>
        <tbody>
          {counts.map((count, i) => (
            <tr key={i}>
              <th scope="row">{range(i)}</th>
              <td>{formatCount(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** Up to five edges, evenly apart, and where they stand from 0 to 1: bins are drawn equally wide. */
function ticksOf(edges: readonly number[]): { edge: number; at: number }[] {
  const last = edges.length - 1;
  if (last < 1) return [];
  const steps = Math.min(4, last);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const at = Math.round((i * last) / steps);
    return { edge: edges[at] ?? 0, at: at / last };
  });
}
