import { formatBytes, formatCount } from '@eyegazer/client';
import type { ImportProblem, ImportReport } from '@eyegazer/core';
import { Chip } from '../../../ui/chip.js';

const words: Record<ImportProblem['kind'], string> = {
  'broken-image': 'Broken image',
  'missing-image': 'Missing image',
  'unlabelled-image': 'No label',
  'bad-label': 'Bad label',
  'duplicate-id': 'Duplicate',
  'unsafe-path': 'Unsafe path',
  'unknown-column': 'Unknown column',
  'ignored-file': 'Ignored file',
  'empty-class': 'Empty class',
};

/** What the import read and what it skipped, by name. */
export function ImportReportCard({ report }: { report: ImportReport }) {
  return (
    <section className="card" data-testid="import-report">
      <div className="card__head">
        <h2>Import report</h2>
        <span className="muted small">
          {report.layout} · {formatCount(report.sampleCount)} images · {formatBytes(report.byteLength)}
        </span>
      </div>
      {report.problemCount === 0 ? (
        <p className="muted small">Every file was read; nothing was skipped.</p>
      ) : (
        <>
          <div className="table-scroll problem-table">
            <table className="data-table small">
              <thead>
                <tr>
                  <th scope="col">Problem</th>
                  <th scope="col">File</th>
                  <th scope="col">What</th>
                </tr>
              </thead>
              <tbody>
                {report.problems.map(({ kind, name, message }, i) => (
                  <tr key={i}>
                    <td>
                      <Chip tone="warning">{words[kind]}</Chip>
                    </td>
                    <td className="mono">{name}</td>
                    <td>{message}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {report.problemCount > report.problems.length && <p className="muted small">And {formatCount(report.problemCount - report.problems.length)} more.</p>}
        </>
      )}
    </section>
  );
}
