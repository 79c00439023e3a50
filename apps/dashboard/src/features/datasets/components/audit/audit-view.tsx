import { formatCount } from '@eyegazer/client';
import type { DatasetAudit, DatasetWire } from '@eyegazer/core';
import { Link } from 'wouter';
import { Fact } from '../../../../ui/fact.js';
import { Histogram } from '../../../../ui/histogram.js';
import { Empty } from '../../../../ui/notice.js';
import { ImportReportCard } from './import-report-card.js';
import { LabelBars } from './label-bars.js';
import { OddImages } from './odd-images.js';
import { ProbeCard } from './probe-card.js';
import './audit.css';

/** What the import found out about the images as a whole. */
export function AuditView({ dataset }: { dataset: DatasetWire }) {
  const { id, audit, report } = dataset;
  return (
    <div className="stack">
      {audit ? (
        <Audit id={id} audit={audit} />
      ) : (
        <div className="card">
          <Empty title="No audit">This dataset was imported before images were audited. Import it again to have one.</Empty>
        </div>
      )}
      {report && <ImportReportCard report={report} />}
    </div>
  );
}

function Audit({ id, audit }: { id: string; audit: DatasetAudit }) {
  const { sampleCount, labelledCount, labels, labelCounts, imbalance, exact, near, shorterEdge, aspectRatio } = audit;
  return (
    <>
      <section className="card" data-testid="audit">
        <h2 className="visually-hidden">At a glance</h2>
        <dl className="audit-facts">
          <Fact name="Images">{formatCount(sampleCount)}</Fact>
          <Fact name="Without label">{formatCount(sampleCount - labelledCount)}</Fact>
          <Fact name="Labels">{formatCount(labels.length)}</Fact>
          <Fact name="Largest : smallest">{imbalance === null ? '–' : `${imbalance < 10 ? imbalance.toFixed(1) : formatCount(imbalance)} : 1`}</Fact>
          <Fact name="Same pixels">
            <Groups href={`/datasets/${id}/duplicates?kind=exact`} count={exact.groups} />
          </Fact>
          <Fact name="Nearly the same">
            <Groups href={`/datasets/${id}/duplicates?kind=near`} count={near.groups} />
          </Fact>
          <Fact name="Conflicting labels">
            <span data-bad={exact.conflicting > 0}>
              <Groups href={`/datasets/${id}/duplicates?kind=exact&conflicting=1`} count={exact.conflicting} />
            </span>
          </Fact>
        </dl>
      </section>
      <div className="audit-grid">
        <section className="card">
          <div className="card__head">
            <h2>Images per label</h2>
            <span className="muted small">as the source has them</span>
          </div>
          <LabelBars labels={labels} counts={labelCounts} />
          {imbalance !== null && imbalance > 5 && <p className="muted small audit-note">One label is {formatCount(Math.round(imbalance))} times as frequent as another: accuracy alone hides that the rare one is never found. Sample classes evenly, weigh them, or merge some.</p>}
        </section>
        <ProbeCard probe={audit.probe} />
        <section className="card">
          <div className="card__head">
            <h2>Shorter edge</h2>
            <span className="muted small">pixels</span>
          </div>
          <Histogram label="Images by their shorter edge in pixels" edges={shorterEdge.edges} counts={shorterEdge.counts} format={(edge) => formatCount(Math.round(edge))} />
          <FrequentSizes audit={audit} />
        </section>
        <section className="card">
          <div className="card__head">
            <h2>Width : height</h2>
            <span className="muted small">1 is square</span>
          </div>
          <Histogram label="Images by width through height" edges={aspectRatio.edges} counts={aspectRatio.counts} format={(edge) => edge.toFixed(2)} />
          <p className="muted small audit-note">A model sees every image as a square: what is far from 1 is squeezed, or loses its sides.</p>
        </section>
      </div>
      <OddImages datasetId={id} audit={audit} />
    </>
  );
}

/** So many groups, and the way to them. */
function Groups({ href, count }: { href: string; count: number }) {
  return count === 0 ? 'none' : <Link href={href}>{`${formatCount(count)} ${count === 1 ? 'group' : 'groups'}`}</Link>;
}

const shownSizes = 6;

function FrequentSizes({ audit: { sizes, sizeCount } }: { audit: DatasetAudit }) {
  const more = sizeCount - Math.min(sizes.length, shownSizes);
  return (
    <p className="muted small audit-note">
      {sizes.slice(0, shownSizes).map(({ width, height, count }, i) => (
        <span key={`${width}x${height}`}>
          {i > 0 && ', '}
          <span className="audit-size">
            {width} × {height}
          </span>{' '}
          ({formatCount(count)})
        </span>
      ))}
      {more > 0 && ` and ${formatCount(more)} other ${more === 1 ? 'size' : 'sizes'}`}
    </p>
  );
}
