import { formatCount, formatPercent } from '@eyegazer/client';
import { totalOf } from '@eyegazer/core';
import './paired-bars.css';

/** How often each class is answered, against how often it is true: the picture of a collapse. */
export function PairedBars({ names, predicted, truth }: { names: readonly string[]; predicted: readonly number[]; truth: readonly number[] }) {
  const total = Math.max(1, totalOf(truth));
  const largest = Math.max(1, ...predicted, ...truth);
  return (
    <figure className="paired-bars">
      <figcaption className="paired-bars__legend">
        <span className="paired-bars__key paired-bars__key--predicted">predicted</span>
        <span className="paired-bars__key paired-bars__key--truth">true</span>
      </figcaption>
      <ul>
        {names.map((name, i) => {
          const answered = predicted[i] ?? 0;
          const actual = truth[i] ?? 0;
          return (
            <li key={i} className="paired-bars__row" data-dead={answered === 0 && actual > 0}>
              <span className="paired-bars__name" title={name}>
                {name}
              </span>
              <span className="paired-bars__bars">
                <span className="paired-bars__bar paired-bars__bar--predicted" style={{ width: `${(100 * answered) / largest}%` }} />
                <span className="paired-bars__bar paired-bars__bar--truth" style={{ width: `${(100 * actual) / largest}%` }} />
              </span>
              <span className="paired-bars__counts" title={`${formatPercent(answered / total, 1)} of the answers, ${formatPercent(actual / total, 1)} of the images`}>
                <span className="visually-hidden">predicted </span>
                {formatCount(answered)}
                <span className="paired-bars__of">
                  <span className="visually-hidden"> true </span>
                  <span aria-hidden="true"> / </span>
                  {formatCount(actual)}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </figure>
  );
}
