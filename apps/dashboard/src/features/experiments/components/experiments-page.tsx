import { experimentStates, type ExperimentState } from '@eyegazer/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useBackend } from '../../../api/backend.js';
import { datasetsQuery } from '../../../api/shared-queries.js';
import { ButtonLink } from '../../../ui/button.js';
import { Icon } from '../../../ui/icon.js';
import { Empty, Failure, Loading } from '../../../ui/notice.js';
import { Pager, usePages } from '../../../ui/pager.js';
import { experimentStateWord } from '../../../ui/state-chip.js';
import { useDebounced } from '../../../ui/use-debounced.js';
import { useTitle } from '../../../ui/use-title.js';
import { useExperiments } from '../api/use-experiments.js';
import { ExperimentList } from './experiment-list.js';
import { Welcome } from './welcome.js';
import './experiments-page.css';

/** The home page: every experiment, or what to do first. */
export function ExperimentsPage() {
  useTitle('');
  const { api } = useBackend();
  const [text, setText] = useState('');
  const [state, setState] = useState<ExperimentState | ''>('');
  const wanted = useDebounced(text.trim(), 250);
  const filter = { ...(wanted === '' ? {} : { text: wanted }), ...(state === '' ? {} : { state }) };
  const pages = usePages(JSON.stringify(filter));
  const list = useExperiments(filter, pages.cursor);
  const datasets = useQuery(datasetsQuery(api));
  const isFiltered = wanted !== '' || state !== '';

  if (list.isPending) return <Loading lines={6} />;
  if (list.isError) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  const { items, nextCursor } = list.data;
  if (items.length === 0 && !isFiltered && text === '' && pages.index === 0) return <Welcome datasets={datasets.data?.items ?? []} />;

  return (
    <>
      <div className="page-head">
        <h1>Experiments</h1>
        <ButtonLink href="/new" look="primary" icon="plus" testId="new-experiment">
          New experiment
        </ButtonLink>
      </div>
      <search className="filters">
        <label className="filters__text">
          <span className="visually-hidden">Filter by name</span>
          <Icon name="search" />
          <input className="input" type="search" placeholder="Filter by name" value={text} onChange={(event) => setText(event.target.value)} data-testid="filter-text" />
        </label>
        <label>
          <span className="visually-hidden">Filter by state</span>
          <select className="input" value={state} onChange={(event) => setState(event.target.value as ExperimentState | '')} data-testid="filter-state">
            <option value="">Any state</option>
            {experimentStates.map((name) => (
              <option key={name} value={name}>
                {experimentStateWord(name)}
              </option>
            ))}
          </select>
        </label>
      </search>
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
