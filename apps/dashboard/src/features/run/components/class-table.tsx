import { formatCount } from '@eyegazer/client';
import type { EventData } from '@eyegazer/core';
import { formatMetric } from '../../../ui/format-number.js';

/** Recall and precision of every class with the counts behind them; a class that is never found stands out. */
export function ClassTable({ evaluation: { classNames, recall, precision, truthCounts, predictedCounts } }: { evaluation: EventData<'evaluation'> }) {
  return (
    <div className="table-scroll">
      <table className="data-table class-table">
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" className="num">
              Recall
            </th>
            <th scope="col" className="num">
              Precision
            </th>
            <th scope="col" className="num">
              Images
            </th>
            <th scope="col" className="num">
              Answers
            </th>
          </tr>
        </thead>
        <tbody>
          {classNames.map((name, k) => (
            <tr key={k} data-dead={recall[k] === 0}>
              <th scope="row">{name}</th>
              <td className="num class-table__recall" data-testid={`recall-${k}`}>
                <span className="class-table__bar" aria-hidden="true">
                  <span style={{ width: `${100 * (recall[k] ?? 0)}%` }} />
                </span>
                {formatMetric(recall[k])}
              </td>
              <td className="num" data-testid={`precision-${k}`}>
                {formatMetric(precision[k])}
              </td>
              <td className="num">{formatCount(truthCounts[k] ?? 0)}</td>
              <td className="num">{formatCount(predictedCounts[k] ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
