import { formatCount } from '@eyegazer/client';
import type { ImportProgress } from '@eyegazer/core';
import { ProgressBar } from '../../../ui/progress-bar.js';

const words: Record<ImportProgress['phase'], string> = { scanning: 'Looking for images', reading: 'Checking images', splitting: 'Holding out a part', storing: 'Storing' };

/** How far a running import is. */
export function ImportProgressBar({ name, progress }: { name: string; progress: ImportProgress | null }) {
  const share = progress?.total ? progress.done / progress.total : null;
  return (
    <div className="import-progress">
      <ProgressBar share={share} label={`Import of ${name}`} />
      <p className="muted small">
        {progress ? words[progress.phase] : 'Starting'}
        {progress?.total ? `: ${formatCount(progress.done)} of ${formatCount(progress.total)}` : ''}
      </p>
    </div>
  );
}
