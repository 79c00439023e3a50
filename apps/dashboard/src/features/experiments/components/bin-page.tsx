import type { ExperimentSummary } from '@eyegazer/core';
import { Link } from 'wouter';
import { useSession } from '../../../session/session.js';
import { Button } from '../../../ui/button.js';
import { formatAgo, formatInstant } from '../../../ui/format-time.js';
import { Loaded } from '../../../ui/loaded.js';
import { Empty } from '../../../ui/notice.js';
import { Pager, usePages } from '../../../ui/pager.js';
import { StateChip } from '../../../ui/state-chip.js';
import { useNow } from '../../../ui/use-now.js';
import { useTitle } from '../../../ui/use-title.js';
import { useExperiments, useRestoreExperiment } from '../api/use-experiments.js';
import { ExperimentName } from './experiment-name.js';

/** What was deleted and can still be taken back. */
export function BinPage() {
  useTitle('Bin');
  const pages = usePages('bin');
  const list = useExperiments({ deleted: true }, pages.cursor);
  return (
    <>
      <div className="page-head">
        <div>
          <p className="small">
            <Link href="/">Experiments</Link>
          </p>
          <h1>Bin</h1>
          <p className="page-head__note">Deleted experiments stay here for 30 days, unless the server is told otherwise, and are then removed with everything they measured.</p>
        </div>
      </div>
      <Loaded query={list}>
        {(data) =>
          data.items.length === 0 ? (
            <div className="card">
              <Empty title="The bin is empty">A deleted experiment can be restored from here.</Empty>
            </div>
          ) : (
            <ul className="experiment-list card">
              {data.items.map((experiment) => (
                <Row key={experiment.id} experiment={experiment} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {list.data && <Pager pages={pages} nextCursor={list.data.nextCursor} />}
    </>
  );
}

function Row({ experiment }: { experiment: ExperimentSummary }) {
  const { id, name, state, deletedAt } = experiment;
  const now = useNow(30_000);
  const { may } = useSession();
  const restore = useRestoreExperiment();
  return (
    <li className="bin-row" data-testid={`bin-row-${name}`}>
      <div className="experiment-row__what">
        <ExperimentName experiment={experiment} />
      </div>
      <StateChip state={state} />
      {deletedAt && (
        <time className="experiment-row__when" dateTime={deletedAt} title={formatInstant(deletedAt)}>
          {formatAgo(deletedAt, now)}
        </time>
      )}
      {may('member') && (
        <Button icon="retry" busy={restore.isPending} onClick={() => restore.mutate(id)} testId={`restore-${name}`}>
          Restore
        </Button>
      )}
    </li>
  );
}
