import { formatCount, formatPercent } from '@eyegazer/client';
import { totalOf } from '@eyegazer/core';

/** Truth against answer. Colour is the share of the row's images, so that a rare class shows as clearly as a common one. */
export function ConfusionMatrix({ names, confusion }: { names: readonly string[]; confusion: readonly (readonly number[])[] }) {
  return (
    <div className="confusion-scroll">
      <table className="confusion" data-testid="confusion-matrix">
        <caption className="visually-hidden">Confusion matrix: one row per true class, one column per answered class, counts of held-out images</caption>
        <thead>
          <tr>
            <th scope="col" className="confusion__corner">
              <span className="visually-hidden">truth</span>
            </th>
            {names.map((name, k) => (
              <th key={k} scope="col" title={name}>
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.map((row, truth) => {
            const total = totalOf(row);
            return (
              <tr key={truth}>
                <th scope="row" title={names[truth]}>
                  <span>{names[truth]}</span>
                </th>
                {row.map((count, answer) => {
                  const share = total === 0 ? 0 : count / total;
                  return (
                    <td
                      key={answer}
                      className="confusion__cell"
                      data-right={truth === answer}
                      data-strong={share > 0.55}
                      data-zero={count === 0}
                      style={{ '--share': share }}
                      title={`${formatCount(count)} of ${formatCount(total)} images of “${names[truth] ?? truth}” answered as “${names[answer] ?? answer}” (${formatPercent(share, 1)})`}
                    >
                      {formatCount(count)}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
