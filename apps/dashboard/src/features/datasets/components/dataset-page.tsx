import type { DatasetWire } from '@eyegazer/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { ForRole } from '../../../session/for-role.js';
import { Button, ButtonLink } from '../../../ui/button.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';
import { Empty, Failure, Loading } from '../../../ui/notice.js';
import { Tabs, type Tab } from '../../../ui/tabs.js';
import { useTitle } from '../../../ui/use-title.js';
import { useDataset, useDeleteDataset } from '../api/use-datasets.js';
import { AuditView } from './audit/audit-view.js';
import { CurationView } from './curation/curation-view.js';
import { DatasetStateChip } from './dataset-state-chip.js';
import { DuplicatesView } from './duplicates/duplicates-view.js';
import { FailedImport } from './import/failed-import.js';
import { RunningImport } from './import/running-import.js';
import { ImagesView } from './images/images-view.js';
import { VersionsView } from './versions/versions-view.js';
import './datasets-page.css';

const views = ['images', 'audit', 'duplicates', 'versions', 'new'] as const;
type View = (typeof views)[number];

/** One dataset: its images, what the import found out about them, its versions, and the making of another one. */
export function DatasetPage({ id, view: wanted }: { id: string; view: string | undefined }) {
  const dataset = useDataset(id);
  useTitle(dataset.data?.name ?? 'Dataset');
  if (dataset.isPending) return <Loading lines={6} />;
  if (dataset.isError) return <Failure error={dataset.error} onRetry={() => void dataset.refetch()} way={{ href: '/datasets', word: 'To the datasets' }} />;
  const { state, error, latest } = dataset.data;
  const view = views.find((each) => each === (wanted ?? 'images'));
  return (
    <div className="stack">
      <Head dataset={dataset.data} />
      {state === 'importing' && <RunningImport dataset={dataset.data} />}
      {error && <FailedImport dataset={dataset.data} error={error} />}
      {latest && (
        <>
          <Tabs label="Parts of the dataset" tabs={tabsOf(dataset.data)} current={view ?? ''} />
          {view ? <Part dataset={dataset.data} view={view} /> : <Empty title="There is no such page" actions={<ButtonLink href={`/datasets/${id}`}>To the images</ButtonLink>} />}
        </>
      )}
    </div>
  );
}

function tabsOf({ id, audit, latest }: DatasetWire): Tab[] {
  const words: Record<View, string> = { images: 'Images', audit: 'Audit', duplicates: 'Duplicates', versions: 'Versions', new: 'New version' };
  const counts: Partial<Record<View, { count: number; bad?: boolean }>> = {
    ...(audit ? { duplicates: { count: audit.exact.groups + audit.near.groups, bad: audit.exact.conflicting > 0 } } : {}),
    ...(latest ? { versions: { count: latest.version } } : {}),
  };
  return views.map((view) => ({ id: view, href: view === 'images' ? `/datasets/${id}` : `/datasets/${id}/${view}`, text: words[view], ...counts[view] }));
}

function Part({ dataset, view }: { dataset: DatasetWire; view: View }) {
  const { latest } = dataset;
  switch (view) {
    case 'images':
      return latest ? <ImagesView dataset={dataset} latest={latest} /> : null;
    case 'audit':
      return <AuditView dataset={dataset} />;
    case 'duplicates':
      return <DuplicatesView dataset={dataset} />;
    case 'versions':
      return <VersionsView dataset={dataset} />;
    case 'new':
      return <CurationView dataset={dataset} />;
    default:
      return view satisfies never;
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
          {state !== 'importing' && (
            <Button look="danger" icon="trash" onClick={() => setAsking(true)} testId="delete-dataset">
              Delete
            </Button>
          )}
          {latest && (
            <ButtonLink look="primary" icon="plus" href={`/new?dataset=${encodeURIComponent(name)}`}>
              Train on it
            </ButtonLink>
          )}
        </div>
      </ForRole>
      {asking && (
        <ConfirmDialog title={`Delete ${name}?`} action="Delete" keep="Keep it" busy={remove.isPending} onClose={() => setAsking(false)} onConfirm={() => remove.mutate(id, { onSettled: () => setAsking(false) })}>
          The imported copy and all its versions are removed; what they came from stays as it is. Results of finished experiments stay too.
        </ConfirmDialog>
      )}
    </div>
  );
}
