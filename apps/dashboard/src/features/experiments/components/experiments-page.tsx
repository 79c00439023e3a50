import type { ExperimentFilter } from '@eyegazer/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useBackend } from '../../../api/backend.js';
import { datasetsQuery, modelsQuery } from '../../../api/shared-queries.js';
import { useSession } from '../../../session/session.js';
import { ButtonLink } from '../../../ui/button.js';
import { Empty, Failure, Loading } from '../../../ui/notice.js';
import { Pager, usePages } from '../../../ui/pager.js';
import { useDebounced } from '../../../ui/use-debounced.js';
import { useTitle } from '../../../ui/use-title.js';
import { useExperiments } from '../api/use-experiments.js';
import { ExperimentFilters } from './experiment-filters.js';
import { ExperimentList } from './experiment-list.js';
import { Welcome } from './welcome.js';
import './experiments-page.css';

/** The home page: every experiment, or what to do first. */
export function ExperimentsPage() {
  useTitle('');
  const { api } = useBackend();
  const { may } = useSession();
  const [filter, setFilter] = useState<ExperimentFilter>({});
  const wanted = { ...filter, text: useDebounced(filter.text?.trim(), 250) };
  const pages = usePages(JSON.stringify(wanted));
  const list = useExperiments(wanted, pages.cursor);
  const datasets = useQuery(datasetsQuery(api));
  const models = useQuery(modelsQuery(api));
  const isFiltered = Object.entries(wanted).some(([key, value]) => key !== 'sort' && value !== undefined && value !== '');

  if (list.isPending) return <Loading lines={6} />;
  if (list.isError) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  const { items, nextCursor } = list.data;
  if (items.length === 0 && !isFiltered && !list.isPlaceholderData && pages.index === 0) return <Welcome datasets={datasets.data?.items ?? []} />;

  return (
    <>
      <div className="page-head">
        <h1>Experiments</h1>
        <div className="row-actions">
          <ButtonLink href="/bin" look="quiet" icon="trash" testId="bin">
            Bin
          </ButtonLink>
          {may('member') && (
            <ButtonLink href="/new" look="primary" icon="plus" testId="new-experiment">
              New experiment
            </ButtonLink>
          )}
        </div>
      </div>
      <ExperimentFilters filter={filter} onChange={setFilter} datasets={namesOf(datasets.data)} models={namesOf(models.data)} />
      {items.length === 0 ? (
        <div className="card">
          <Empty title="Nothing matches">Change the filter to see other experiments.</Empty>
        </div>
      ) : (
        <ExperimentList experiments={items} />
      )}
      <Pager pages={pages} nextCursor={nextCursor} />
    </>
  );
}

function namesOf(page: { items: readonly { name: string }[] } | undefined): string[] {
  return page?.items.map(({ name }) => name) ?? [];
}
