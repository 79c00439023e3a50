import { formatBytes, formatCount } from '@eyegazer/client';
import type { ImportProblem, ImportReport } from '@eyegazer/core';
import { Chip, type Tone } from '../../../../ui/chip.js';

const kinds: Record<ImportProblem['kind'], { word: string; tone: Tone }> = {
  'broken-image': { word: 'Broken image', tone: 'critical' },
  'missing-image': { word: 'Missing image', tone: 'warning' },
  'unlabelled-image': { word: 'No label', tone: 'neutral' },
  'bad-label': { word: 'Bad label', tone: 'critical' },
  'bad-split': { word: 'Bad split', tone: 'warning' },
  'duplicate-id': { word: 'Same id', tone: 'warning' },
  'unsafe-path': { word: 'Unsafe path', tone: 'critical' },
  'unknown-column': { word: 'Unknown column', tone: 'neutral' },
  'ignored-file': { word: 'Ignored file', tone: 'neutral' },
  'empty-class': { word: 'Empty class', tone: 'warning' },
};

const layouts: Record<string, string> = {
  'aptos': 'Kaggle (APTOS)',
  'classFolders': 'class folders',
  'imagefolder': 'Hugging Face image folder',
  'parquet': 'Hugging Face parquet',
  'procedural-fundus': 'drawn by Eyegazer',
};

/** What the import read and what it skipped, by name. */
export function ImportReportCard({ report }: { report: ImportReport }) {
  return (
    <section className="card" data-testid="import-report">
      <div className="card__head">
        <h2>Import report</h2>
        <span className="muted small">
          {layouts[report.layout] ?? report.layout} · {formatCount(report.sampleCount)} images · {formatBytes(report.byteLength)}
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
                      <Chip tone={kinds[kind].tone}>{kinds[kind].word}</Chip>
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
