import type { Curation, DatasetVersionWire, DatasetWire } from '@eyegazer/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { useBackend } from '../../../../api/backend.js';
import { versionsQuery } from '../../../../api/shared-queries.js';
import { ForRole } from '../../../../session/for-role.js';
import { Loaded } from '../../../../ui/loaded.js';
import { Empty } from '../../../../ui/notice.js';
import { readKeptCuration } from '../../api/curation-memory.js';
import { CurationForm } from './curation-form.js';
import './curation.css';

/** Makes a version by choices: those of `?from=2`, else those that were begun here and not made, else the newest version's. */
export function CurationView({ dataset }: { dataset: DatasetWire }) {
  const { api } = useBackend();
  const versions = useQuery(versionsQuery(api, dataset.id));
  const { audit } = dataset;
  if (!audit) {
    return (
      <div className="card">
        <Empty title="No index of its images">This dataset was imported before versions could be made by choices. Import it again under the same name: its versions stay.</Empty>
      </div>
    );
  }
  return (
    <ForRole needs="member" otherwise={<Empty title="Your token may look, not make versions">Ask whoever runs this server for a token with the role member.</Empty>}>
      <Loaded query={versions} lines={8}>
        {({ items }) => <Start key={audit.labels.join('\n')} dataset={dataset} labels={audit.labels} versions={items} />}
      </Loaded>
    </ForRole>
  );
}

function Start({ dataset, labels, versions }: { dataset: DatasetWire; labels: readonly string[]; versions: readonly DatasetVersionWire[] }) {
  const [search] = useSearchParams();
  const from = versions.find(({ version }) => String(version) === search.get('from'));
  const [start, setStart] = useState(() => startOf(dataset.id, from, versions[0]));
  if (!start) return <Empty title="No version yet">The first version comes with the import.</Empty>;
  return <CurationForm key={start.key} dataset={dataset} labels={labels} start={start.curation} base={start.base} kept={start.kept} onStartOver={() => setStart({ ...start, curation: start.base, kept: false, key: start.key + 1 })} />;
}

interface StartState {
  curation: Curation;
  /** What is gone back to. */
  base: Curation;
  kept: boolean;
  key: number;
}

function startOf(datasetId: string, from: DatasetVersionWire | undefined, newest: DatasetVersionWire | undefined): StartState | null {
  const base = (from ?? newest)?.curation;
  if (!base) return null;
  const kept = from ? null : readKeptCuration(datasetId);
  return { curation: kept ?? base, base, kept: kept !== null, key: 0 };
}
