import type { DatasetSource } from '@eyegazer/core';

/** Where an import reads from; an upload's id tells nobody anything. */
export function ImportOrigin({ source: { kind, uri } }: { source: DatasetSource }) {
  if (kind === 'upload') return <p className="muted small import-origin">From an uploaded zip file</p>;
  return (
    <p className="muted small import-origin">
      From <span className="mono">{uri}</span>
    </p>
  );
}
