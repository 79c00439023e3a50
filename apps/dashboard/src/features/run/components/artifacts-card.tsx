import { formatBytes } from '@eyegazer/client';
import type { EventData, ExperimentState } from '@eyegazer/core';
import { useBackend } from '../../../api/backend.js';
import { ButtonLink } from '../../../ui/button.js';

/** The files of the bundle with their checksums, and all of them as one download. */
export function ArtifactsCard({ id, artifacts, state }: { id: string; artifacts: readonly EventData<'artifact'>[]; state: ExperimentState }) {
  const { api } = useBackend();
  const ready = state === 'succeeded' || state === 'stopped';
  return (
    <section className="card" data-testid="artifacts">
      <div className="card__head">
        <h2>Bundle</h2>
        {ready && (
          <ButtonLink icon="download" href={api.bundleUrl(id)} download>
            All as one zip
          </ButtonLink>
        )}
      </div>
      {artifacts.length === 0 ? (
        <p className="muted small">The adapter, its model card and every held-out prediction will be here when the run has ended and its bundle was checked.</p>
      ) : (
        <ul className="artifact-list">
          {artifacts.map(({ name, sha256, byteLength }) => (
            <li key={name}>
              <a href={api.artifactUrl(id, name)} download>
                {name}
              </a>
              <span className="num small">{formatBytes(byteLength)}</span>
              <code title={sha256}>sha256 {sha256.slice(0, 12)}…</code>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
