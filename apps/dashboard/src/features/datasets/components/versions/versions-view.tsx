import { useQuery } from '@tanstack/react-query';
import type { DatasetWire } from '@eyegazer/core';
import { useBackend } from '../../../../api/backend.js';
import { versionsQuery } from '../../../../api/shared-queries.js';
import { ForRole } from '../../../../session/for-role.js';
import { ButtonLink } from '../../../../ui/button.js';
import { Loaded } from '../../../../ui/loaded.js';
import { VersionCard } from './version-card.js';
import './versions.css';

/** Every version of a dataset, newest first. */
export function VersionsView({ dataset }: { dataset: DatasetWire }) {
  const { api } = useBackend();
  const versions = useQuery(versionsQuery(api, dataset.id));
  return (
    <div className="stack">
      <div className="versions__intro">
        <p className="muted small">A version never changes: an experiment that trained on {dataset.name}@1 can always be told what it saw. Other choices make another version from the same images.</p>
        {dataset.audit && (
          <ForRole needs="member">
            <ButtonLink icon="plus" href={`/datasets/${dataset.id}/new`}>
              Make a version
            </ButtonLink>
          </ForRole>
        )}
      </div>
      <Loaded query={versions} lines={6}>
        {(data) => (
          <ul className="stack" data-testid="versions">
            {data.items.map((version, i) => (
              <VersionCard key={version.version} dataset={dataset} version={version} newest={i === 0} />
            ))}
          </ul>
        )}
      </Loaded>
    </div>
  );
}
