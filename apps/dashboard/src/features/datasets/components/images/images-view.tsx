import { useQuery } from '@tanstack/react-query';
import type { DatasetVersionWire, DatasetWire } from '@eyegazer/core';
import { Link, useSearchParams } from 'wouter';
import { useBackend } from '../../../../api/backend.js';
import { versionsQuery } from '../../../../api/shared-queries.js';
import { ButtonLink } from '../../../../ui/button.js';
import { Loaded } from '../../../../ui/loaded.js';
import { Empty } from '../../../../ui/notice.js';
import { SplitCounts } from '../versions/split-counts.js';
import { SampleGrid } from './sample-grid.js';

/** The images of the version that the address names (`?version=2`), or of the newest. */
export function ImagesView({ dataset, latest }: { dataset: DatasetWire; latest: DatasetVersionWire }) {
  const { api } = useBackend();
  const [search] = useSearchParams();
  const wanted = Number(search.get('version') ?? latest.version);
  const versions = useQuery({ ...versionsQuery(api, dataset.id), enabled: wanted !== latest.version });
  if (wanted === latest.version) return <Images dataset={dataset} version={latest} isNewest />;
  return (
    <Loaded query={versions} lines={6}>
      {({ items }) => {
        const version = items.find((each) => each.version === wanted);
        return version ? (
          <Images dataset={dataset} version={version} isNewest={false} />
        ) : (
          <Empty title="There is no such version" actions={<ButtonLink href={`/datasets/${dataset.id}/versions`}>To the versions</ButtonLink>} />
        );
      }}
    </Loaded>
  );
}

function Images({ dataset, version, isNewest }: { dataset: DatasetWire; version: DatasetVersionWire; isNewest: boolean }) {
  return (
    <>
      <section className="card">
        <div className="card__head">
          <h2>
            Images per class <span className="muted page-head__of">of version {version.version}</span>
          </h2>
          {!isNewest && <Link href={`/datasets/${dataset.id}`}>To the newest version</Link>}
        </div>
        <SplitCounts names={version.classNames} counts={version.counts} />
      </section>
      <SampleGrid dataset={dataset} version={version} />
    </>
  );
}
