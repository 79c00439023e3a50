import { formatBytes, formatCount } from '@eyegazer/client';
import type { DatasetWire, SplitConfig } from '@eyegazer/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { ForRole } from '../../../session/for-role.js';
import { Button, ButtonLink } from '../../../ui/button.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';
import { Fact } from '../../../ui/fact.js';
import { formatInstant } from '../../../ui/format-time.js';
import { Failure, Loading } from '../../../ui/notice.js';
import { useTitle } from '../../../ui/use-title.js';
import { useDataset, useDeleteDataset } from '../api/use-datasets.js';
import { DatasetStateChip } from './dataset-state-chip.js';
import { ImportProgressBar } from './import-progress-bar.js';
import { ImportReportCard } from './import-report-card.js';
import { SampleGrid } from './sample-grid.js';
import { SplitCounts } from './split-counts.js';
import './datasets-page.css';

/** One dataset: how its import went, what is in it, and the images themselves. */
export function DatasetPage({ id }: { id: string }) {
  const dataset = useDataset(id);
  useTitle(dataset.data?.name ?? 'Dataset');
  if (dataset.isPending) return <Loading lines={6} />;
  if (dataset.isError) return <Failure error={dataset.error} onRetry={() => void dataset.refetch()} way={{ href: '/datasets', word: 'To the datasets' }} />;
  const { latest, report, error, state, name, progress } = dataset.data;
  return (
    <div className="stack">
      <Head dataset={dataset.data} />
      {state === 'importing' && (
        <section className="card">
          <ImportProgressBar name={name} progress={progress} />
        </section>
      )}
      {error && <Failure error={new Error(error.message)} />}
      {latest && (
        <section className="card">
          <div className="card__head">
            <h2>Images per class</h2>
          </div>
          <SplitCounts names={latest.classNames} counts={latest.counts} />
        </section>
      )}
      {latest && <SampleGrid id={id} classNames={latest.classNames} counts={latest.counts} />}
      {report && <ImportReportCard report={report} />}
      {latest && (
        <section className="card">
          <div className="card__head">
            <h2>Version {latest.version}</h2>
          </div>
          <dl className="facts facts--wide">
            <Fact name="Held out">{describeSplit(latest.split)}</Fact>
            <Fact name="Imported">{formatInstant(latest.createdAt)}</Fact>
            {report && <Fact name="Size">{`${formatCount(report.sampleCount)} images, ${formatBytes(report.byteLength)}`}</Fact>}
            <Fact name="Content">
              <code>{latest.contentId}</code>
            </Fact>
          </dl>
        </section>
      )}
    </div>
  );
}

function describeSplit(split: SplitConfig): string {
  switch (split.kind) {
    case 'stratified':
      return `${Math.round(split.holdout * 1000) / 10} % of every class, seed ${split.seed}`;
    case 'kfold':
      return `fold ${split.fold + 1} of ${split.folds}, seed ${split.seed}`;
    case 'given':
      return 'as the source says';
    case 'list':
      return `listed in ${split.file}`;
    case 'ids':
      return `${formatCount(split.ids.length)} chosen images`;
    default:
      return split satisfies never;
  }
}

function Head({ dataset: { id, name, state, latest } }: { dataset: DatasetWire }) {
  const [asking, setAsking] = useState(false);
  const remove = useDeleteDataset();
  return (
    <div className="page-head page-head--tight">
      <div>
        <p className="small">
          <Link href="/datasets">Datasets</Link>
        </p>
        <h1>
          {name}
          {latest && <span className="muted">@{latest.version}</span>} <DatasetStateChip state={state} />
        </h1>
      </div>
      <ForRole needs="member">
        <div className="row-actions">
          <Button look="danger" icon="trash" onClick={() => setAsking(true)} testId="delete-dataset">
            Delete
          </Button>
          {state === 'ready' && (
            <ButtonLink look="primary" icon="plus" href={`/new?dataset=${encodeURIComponent(name)}`}>
              Train on it
            </ButtonLink>
          )}
        </div>
      </ForRole>
      {asking && (
        <ConfirmDialog title={`Delete ${name}?`} action="Delete" keep="Keep it" busy={remove.isPending} onClose={() => setAsking(false)} onConfirm={() => remove.mutate(id, { onSettled: () => setAsking(false) })}>
          The imported copy is removed; the folder that it came from stays as it is. Results of finished experiments stay too.
        </ConfirmDialog>
      )}
    </div>
  );
}
