import { isReady } from '@eyegazer/core';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { useBackend } from '../../../api/backend.js';
import { datasetsQuery, experimentQuery, modelsQuery } from '../../../api/shared-queries.js';
import { ForRole } from '../../../session/for-role.js';
import { Empty, Failure, Loading } from '../../../ui/notice.js';
import { useTitle } from '../../../ui/use-title.js';
import { applyChanges, createDraft, createEmptyDraft, type Draft } from '../api/draft.js';
import { ExperimentForm } from './experiment-form.js';
import './new-experiment-page.css';

/** The form, empty or filled from another experiment (`?from=id`), with the changes of a remedy (`&changes=...`). */
export function NewExperimentPage() {
  useTitle('New experiment');
  const { api } = useBackend();
  const [search] = useSearchParams();
  const from = search.get('from');
  const dataset = search.get('dataset');
  const datasets = useQuery(datasetsQuery(api));
  const models = useQuery(modelsQuery(api));
  const source = useQuery({ ...experimentQuery(api, from ?? ''), enabled: from !== null });

  const failed = [datasets, models, source].find(({ isError }) => isError);
  if (failed) return <Failure error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!datasets.data || !models.data || (from !== null && !source.data)) return <Loading lines={8} />;

  const ready = datasets.data.items.filter(({ latest }) => latest !== null);
  const bases = models.data.items.filter(isReady);
  const start = source.data ? cloneDraft(source.data, search.get('changes')) : firstDraft(dataset ?? ready[0]?.name ?? '', bases[0]?.name ?? '');
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{source.data ? 'Clone an experiment' : 'New experiment'}</h1>
          <p className="page-head__note">{source.data ? `Everything is as in “${source.data.name}” until you change it.` : 'The defaults are a sound start. What it will do is counted as you type.'}</p>
        </div>
      </div>
      <ForRole needs="member" otherwise={<Empty title="Your token may look, not submit">Ask whoever runs this server for a token with the role member.</Empty>}>
        <ExperimentForm key={search.toString()} start={start} datasets={ready} models={bases} />
      </ForRole>
    </>
  );
}

function firstDraft(dataset: string, modelBase: string): Draft {
  return { ...createEmptyDraft(), dataset, modelBase };
}

function cloneDraft(source: { name: string; config: Draft['base'] }, changesText: string | null): Draft {
  const config = changesText === null ? source.config : applyChanges(source.config, parseChanges(changesText));
  return { ...createDraft(config), name: `${source.name} (copy)`.slice(0, 200) };
}

/** Changes out of the address; nonsense there changes nothing. */
function parseChanges(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
