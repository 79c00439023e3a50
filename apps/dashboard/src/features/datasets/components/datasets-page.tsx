import { formatCount } from '@eyegazer/client';
import { totalOf, type DatasetWire } from '@eyegazer/core';
import { Link, useSearchParams } from 'wouter';
import { ForRole } from '../../../session/for-role.js';
import { Button } from '../../../ui/button.js';
import { ClassBar } from '../../../ui/class-bar.js';
import { formatAgo, formatInstant } from '../../../ui/format-time.js';
import { Loaded } from '../../../ui/loaded.js';
import { Empty } from '../../../ui/notice.js';
import { Pager, usePages } from '../../../ui/pager.js';
import { useNow } from '../../../ui/use-now.js';
import { useTitle } from '../../../ui/use-title.js';
import { useDatasets } from '../api/use-datasets.js';
import { useUploadList } from '../api/uploads-context.js';
import { DatasetStateChip } from './dataset-state-chip.js';
import { ImportDialog } from './import/import-dialog.js';
import { ImportProgressBar } from './import/import-progress-bar.js';
import { UploadRow } from './import/upload-row.js';
import './datasets-page.css';

/** Every dataset; `?import=1` opens the import at once. */
export function DatasetsPage() {
  useTitle('Datasets');
  const [search, setSearch] = useSearchParams();
  const pages = usePages('datasets');
  const list = useDatasets(pages.cursor);
  const uploads = useUploadList();
  const now = useNow(15_000);
  const open = search.has('import');
  const show = (visible: boolean): void => setSearch(visible ? { import: '1' } : {}, { replace: true });
  const importButton = (
    <ForRole needs="member">
      <Button look="primary" icon="import" onClick={() => show(true)} testId="import-dataset">
        Import a dataset
      </Button>
    </ForRole>
  );
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Datasets</h1>
          <p className="page-head__note">Imported once, checked, and kept by content: what an experiment trained on can always be told.</p>
        </div>
        {list.data && (list.data.items.length > 0 || uploads.length > 0) && importButton}
      </div>
      {uploads.length > 0 && (
        <ul className="dataset-list dataset-list--uploads" aria-label="Uploads">
          {uploads.map((upload) => (
            <UploadRow key={upload.key} upload={upload} />
          ))}
        </ul>
      )}
      <Loaded query={list}>
        {(data) =>
          data.items.length === 0 ? (
            uploads.length === 0 && (
              <div className="card">
                <Empty title="No dataset yet" actions={importButton}>
                  A zip file of this computer, a folder on the server or a bucket: Kaggle’s layout, class folders, or what Hugging Face writes. Labels are read, copies and broken files are named, and a part is held out for honest numbers.
                </Empty>
              </div>
            )
          ) : (
            <ul className="dataset-list">
              {data.items.map((dataset) => (
                <Row key={dataset.id} dataset={dataset} now={now} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {list.data && <Pager pages={pages} nextCursor={list.data.nextCursor} />}
      {open && <ImportDialog onClose={() => show(false)} onStarted={() => show(false)} />}
    </>
  );
}

function Row({ dataset, now }: { dataset: DatasetWire; now: number }) {
  const { id, name, state, latest, progress, error, report, createdAt } = dataset;
  return (
    <li className="card dataset-row" data-testid={`dataset-row-${name}`}>
      <div className="dataset-row__head">
        <Link href={`/datasets/${id}`} className="dataset-row__name">
          {name}
          {latest && <span className="muted">@{latest.version}</span>}
        </Link>
        <DatasetStateChip state={state} />
        <time className="dataset-row__when" dateTime={createdAt} title={formatInstant(createdAt)}>
          {formatAgo(createdAt, now)}
        </time>
      </div>
      {state === 'importing' && <ImportProgressBar name={name} progress={progress} />}
      {error && <p className="dataset-row__error">{error.message}</p>}
      {latest && (
        <>
          <ClassBar names={latest.classNames} counts={latest.counts.train.map((count, i) => count + (latest.counts.eval[i] ?? 0))} />
          <p className="muted small">
            {formatCount(totalOf(latest.counts.train))} to train on · {formatCount(totalOf(latest.counts.eval))} held out
            {totalOf(latest.counts.predict) > 0 && ` · ${formatCount(totalOf(latest.counts.predict))} without label`}
            {report && report.problemCount > 0 && ` · ${formatCount(report.problemCount)} ${report.problemCount === 1 ? 'problem' : 'problems'}`}
          </p>
        </>
      )}
    </li>
  );
}
